"""The conformance suite's peer for the original pizco: server and client, driven over standard input and output.

interop/PROTOCOL.md describes what is said there. With --listen, each connection to a port is given a peer of its own,
so that a suite in another container can drive it.
"""

import argparse
import json
import os
import platform
import socket
import struct
import subprocess
import sys
import threading

import pizco_compat
import zmq

from peer_client import Client
from peer_server import Servers

LENGTH = struct.Struct('>I')


class Wire(object):
    """Messages in JSON, each behind its length in four bytes."""

    def __init__(self, reader, writer):
        self._reader = reader
        self._writer = writer
        self._lock = threading.Lock()

    def receive(self):
        prefix = self._reader.read(LENGTH.size)
        if len(prefix) < LENGTH.size:
            return None
        return json.loads(self._reader.read(*LENGTH.unpack(prefix)).decode('utf-8'))

    def send(self, message):
        text = json.dumps(message).encode('utf-8')
        with self._lock:
            self._writer.write(LENGTH.pack(len(text)) + text)
            self._writer.flush()


class Peer(object):

    def __init__(self, wire, host, alias):
        self.wire = wire
        self.host = host
        self.alias = alias
        self.servers = Servers(host)
        self.client = Client(host)

    def run(self):
        while True:
            request = self.wire.receive()
            if request is None or request['op'] == 'quit':
                return
            self.dispatch(request)

    def dispatch(self, request):
        op = request['op']
        if op == 'hello':
            self.answer(request, self.hello)
        elif op in Servers.OPS:
            self.answer(request, getattr(self.servers, op))
        elif op in Client.OPS:
            self.client.hand_over(request, self.answer)
        else:
            self.wire.send({'id': request['id'], 'error': 'no operation ' + op})

    def answer(self, request, operation):
        try:
            reply = {'id': request['id'], 'result': operation(request)}
        except Exception as ex:
            reply = {'id': request['id'], 'error': '{}: {}'.format(type(ex).__name__, ex)}
        self.wire.send(reply)

    def hello(self, request):
        features = ['original', 'inspect', 'slots that read']
        try:
            import numpy
            features.append('numpy ' + numpy.__version__)
        except ImportError:
            pass
        return {
            'name': 'pizco 0.1',
            'language': 'Python ' + platform.python_version(),
            'libraries': 'pyzmq {}, libzmq {}'.format(zmq.__version__, zmq.zmq_version()),
            'host': self.host,
            'alias': self.alias,
            'ops': sorted(Servers.OPS + Client.OPS),
            'serializers': ['json', 'pickle'] + ['pickle%d' % n for n in range(pizco_compat.original.pickle.HIGHEST_PROTOCOL + 1)],
            'transports': ['tcp', 'ipc', 'inproc'],
            'features': features,
        }


def listen(address, arguments):
    """Starts a peer for each connection, which is its standard input and output."""
    host, _, port = address.rpartition(':')
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, int(port)))
    listener.listen(8)
    command = [sys.executable, os.path.abspath(__file__)] + arguments
    while True:
        connection, _ = listener.accept()
        peer = subprocess.Popen(command, stdin=connection, stdout=connection)
        connection.close()
        threading.Thread(target=peer.wait, daemon=True).start()


def names_of(host):
    """Returns the address to bind for a host given by its name or address, and another name for the same, or ''."""
    address = socket.gethostbyname(host)
    return address, 'localhost' if address == '127.0.0.1' else '' if address == host else host


def own_stdout():
    """Returns what standard output was, and sends what others print to standard error."""
    out = os.fdopen(os.dup(1), 'wb')
    os.dup2(2, 1)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--host', default='127.0.0.1', help='name or address of what sockets are bound to (default: %(default)s)')
    parser.add_argument('--listen', metavar='HOST:PORT', help='give each connection to this address a peer')
    args = parser.parse_args()
    if args.listen:
        listen(args.listen, ['--host', args.host])
        return
    Peer(Wire(os.fdopen(0, 'rb'), own_stdout()), *names_of(args.host)).run()
    # Neither a socket that still waits for a peer nor a thread of the original's may keep the
    # process.
    os._exit(0)


if __name__ == '__main__':
    main()
