"""Serves one of the fixtures' objects with the original pizco.

Prints one line of JSON with the server's endpoints once it answers, and serves until standard input
ends or a client sends 'stop'. PZC_KEY signs, as in the original; PZC_SER or --serializer chooses
what the server writes with.
"""

import argparse
import json
import os
import sys
import threading

import pizco_compat
from pizco import Server

import hazards
import instrument
import multiply_by
import robot

OBJECTS = {
    'multiply-by': lambda: multiply_by.MultiplyBy(2),
    'instrument': instrument.Instrument,
    'robot': robot.Robot,
    'hazards': hazards.Hazards,
    'secretive': hazards.Secretive,
    'nothing': lambda: None,
}


class Fixture(Server):
    """A Server that can be waited for: the original's serve_forever does not return after 'stop'."""

    def __init__(self, served_object, rep_endpoint, pub_endpoint):
        self.ended = threading.Event()
        super(Fixture, self).__init__(served_object, rep_endpoint, pub_endpoint)

    def stop(self):
        super(Fixture, self).stop()
        # Behind what the original's stop has just put on the loop: the sockets are closed by then.
        self.loop.add_callback(self.ended.set)

    def stop_when_input_ends(self):
        def read():
            sys.stdin.read()
            self.loop.add_callback(self.stop)

        threading.Thread(target=read, daemon=True).start()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--endpoint', default='tcp://127.0.0.1:0',
                        help='where to answer requests (default: %(default)s, a port chosen by the system)')
    parser.add_argument('--pub-endpoint', default='tcp://127.0.0.1:0',
                        help='where to publish notifications (default: %(default)s)')
    parser.add_argument('--object', choices=sorted(OBJECTS), default='multiply-by',
                        help='what to serve (default: %(default)s)')
    parser.add_argument('--serializer', help='pickle (default), pickle0 to pickle5, or json')
    args = parser.parse_args()

    server = Fixture(OBJECTS[args.object](), args.endpoint, args.pub_endpoint)
    if args.serializer:
        server.protocol = pizco_compat.Protocol(os.environ.get('PZC_KEY', ''), args.serializer)
    pizco_compat.wait_until_started(server)
    server.stop_when_input_ends()

    print(json.dumps({'rep_endpoint': server.rep_endpoint, 'pub_endpoint': server.pub_endpoint}))
    sys.stdout.flush()
    server.ended.wait()


if __name__ == '__main__':
    main()
