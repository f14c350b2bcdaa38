"""Serves an object with Pyro5 behind Pyro5's own HTTP gateway, for the benchmark of the gateways.

Name server, server and gateway are processes of their own, as they are by Pyro5's commands, all on the loopback interface and on ports
that the system chooses. Prints one line of JSON with the gateway's URL and the ids of the three processes, and ends with its standard input.
"""

import json
import multiprocessing
import os
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import Pyro5.api
import Pyro5.nameserver
from Pyro5.utils.httpgateway import pyro_app

NAME = 'http.speed'


@Pyro5.api.expose
class Speed(object):

    def same(self, value):
        return value


class Quiet(WSGIRequestHandler):
    """Logs nothing: what reads the log would be measured as well."""

    def log_message(self, *args):
        pass


def serve_names(ready):
    _, daemon, _ = Pyro5.nameserver.start_ns('127.0.0.1', 0)
    ready.send(int(daemon.locationStr.rpartition(':')[2]))
    daemon.requestLoop()


def serve_object(ready, names):
    daemon = Pyro5.api.Daemon('127.0.0.1', 0)
    Pyro5.api.locate_ns('127.0.0.1', names).register(NAME, daemon.register(Speed))
    ready.send(None)
    daemon.requestLoop()


def serve_http(ready, names):
    Pyro5.config.NS_HOST, Pyro5.config.NS_PORT = '127.0.0.1', names
    # As the gateway's own main sets up its application, with the defaults of its command.
    pyro_app.ns_regex, pyro_app.cors, pyro_app.gateway_key, pyro_app.comm_timeout = r'http\.', '*', b'', 0.0
    server = make_server('127.0.0.1', 0, pyro_app, handler_class=Quiet)
    ready.send(server.server_address[1])
    server.serve_forever()


def start(serve, *args):
    mine, its = multiprocessing.Pipe()
    process = multiprocessing.Process(target=serve, args=(its,) + args, daemon=True)
    process.start()
    its.close()
    return process, mine.recv()


def main():
    names, port = start(serve_names)
    speed, _ = start(serve_object, port)
    gateway, http = start(serve_http, port)
    pids = [process.pid for process in (names, speed, gateway)]
    url = 'http://127.0.0.1:{}/pyro/{}/same?value='.format(http, NAME)
    print(json.dumps({'url': url, 'pids': pids}), flush=True)
    sys.stdin.read()
    for process in (gateway, speed, names):
        process.terminate()
        process.join()


if __name__ == '__main__':
    main()
