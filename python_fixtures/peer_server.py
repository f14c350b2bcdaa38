"""The server's side of the conformance peer: Servers of the original, each with an object to serve."""

import functools
import threading
import traceback

import pizco_compat
from pizco import Server

from bench import Bench
from peer_values import from_json, many, to_json

PATIENCE = 10  # seconds for the event loop to do what it was asked to


class MasterServer(Server):
    """Answers as the original's development line does, which says where an exception came from.

    That line is not to be had from a package registry; this is how it differs on the wire.
    """

    def on_request(self, sender, topic, content, msgid):
        reply = super(MasterServer, self).on_request(sender, topic, content, msgid)
        if isinstance(reply, tuple) and reply[:2] == ('PSMessage', 'raise'):
            return reply[:2] + ((reply[2], trace_of(reply[2])),)
        return reply


class DictsServer(object):
    """Sends dicts as they are, and all else as well."""

    def force_as_object(self, attr):
        return isinstance(attr, dict)

    def return_as_remote(self, attr):
        return False


class UninspectedServer(object):
    """Lists no attributes: clients have to ask for each."""

    def inspect(self):
        return set(), set()


HOOKS = {'bench': (), 'nothing': (), 'dicts': (DictsServer,), 'uninspected': (UninspectedServer,)}


def trace_of(exception):
    return traceback.format_exception(type(exception), exception, exception.__traceback__)


class Servers(object):

    OPS = ['serve', 'release', 'reset', 'seen', 'peek', 'poke', 'act']

    def __init__(self, host):
        self.host = host
        self.servers = {}

    def serve(self, request):
        served = None if request['object'] == 'nothing' else Bench()
        dialect = MasterServer if request['dialect'] == 'master' else Server
        kind = type(dialect)('PeerServer', HOOKS[request['object']] + (dialect,), {})
        endpoints = [request.get(name) or 'tcp://{}:0'.format(self.host) for name in ('rep_endpoint', 'pub_endpoint')]
        with pizco_compat.agents_with(request['key'], request['serializer']):
            server = kind(served, *endpoints)
        self.servers[request['server']] = server
        on_loop(server, lambda: None)  # its sockets are on the loop by then
        return {'rep_endpoint': server.rep_endpoint, 'pub_endpoint': server.pub_endpoint}

    def release(self, request):
        server = self.servers.pop(request['server'])
        server.stop()
        return {}

    def reset(self, request):
        server = self.servers[request['server']]
        on_loop(server, server.served_object._reset)
        return {}

    def seen(self, request):
        """Returns what has been called since the last time."""
        server = self.servers[request['server']]
        seen = on_loop(server, server.served_object._take_seen)
        return {'seen': [[name, {'$tuple': many(args)}, to_json(kwargs)] for name, args, kwargs in seen]}

    def peek(self, request):
        server = self.servers[request['server']]
        return {'returned': to_json(on_loop(server, lambda: getattr(server.served_object, request['name'])))}

    def poke(self, request):
        server = self.servers[request['server']]
        on_loop(server, functools.partial(setattr, server.served_object, request['name'], from_json(request['value'])))
        return {}

    def act(self, request):
        """Calls a method of the served object from the server's side."""
        server = self.servers[request['server']]
        args = from_json(request['args'])
        return {'returned': to_json(on_loop(server, lambda: getattr(server.served_object, request['name'])(*args)))}


def on_loop(server, function):
    """Runs function where the original runs everything, and returns what it returns."""
    done = threading.Event()
    box = []

    def run():
        try:
            box.append((function(), None))
        except Exception as ex:
            box.append((None, ex))
        done.set()

    server.loop.add_callback(run)
    if not done.wait(PATIENCE):
        raise RuntimeError('the event loop does not answer')
    value, error = box[0]
    if error:
        raise error
    return value
