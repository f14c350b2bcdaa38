"""Runs a server of the original without an object, for a parent process that talks through two pipes.

The first line of descriptor 4 is the configuration, in JSON; its end is the end of the parent. The endpoints go to descriptor 3 as
one line of JSON, once the server answers. subprocess.Serve starts this with python -c.
"""
import hashlib
import hmac
import io
import json
import os
import sys
import threading

lifeline = io.open(4, 'rb')
config = json.loads(lifeline.readline().decode('utf-8'))
sys.path.extend(config['path'])
if config['key'] is not None:
    os.environ['PZC_KEY'] = config['key']

import pizco  # noqa: E402 (it reads PZC_KEY when an agent is made, modules may be on the path)
try:
    import pizco.pizco as pizco  # noqa: E402
    Protocol = pizco.Protocol
except ImportError:
    from pizco.protocol import Protocol  # noqa: E402 (that of the development line, which signs)
zmq, ioloop = sys.modules['zmq'], sys.modules['zmq.eventloop.ioloop']


class Later(object):
    """What pyzmq had until 16 under the name DelayedCallback, with which an agent stops itself when asked to."""

    def __init__(self, callback, milliseconds, loop):
        self.start = lambda: loop.call_later(milliseconds / 1000.0, callback)


class SigningProtocol(Protocol):
    """Signs, which 0.1 fails to do on Python 3: it adds bytes up from an int."""

    def _signature(self, key, parts):
        return hmac.new(key, b''.join(parts), hashlib.sha1).digest() if key else b''


class Server(pizco.Server):

    def __init__(self, *endpoints):
        self.ended = threading.Event()
        super(Server, self).__init__(None, *endpoints)

    def stop(self):
        super(Server, self).stop()
        self.loop.add_callback(self.ended.set)  # behind what closes the sockets


def watch():
    lifeline.read()
    if not config['detached']:
        os._exit(0)


if hasattr(pizco, 'Protocol'):
    pizco.Protocol = Protocol = SigningProtocol
if zmq.pyzmq_version_info()[0] > 16:
    ioloop.DelayedCallback = Later
server = Server(config['rep_endpoint'], config['pub_endpoint'])
if config['serializer']:
    server.protocol = Protocol(os.environ.get('PZC_KEY', ''), config['serializer'])
started = threading.Event()
server.loop.add_callback(started.set)  # behind what hands the sockets to the loop
started.wait()
thread = threading.Thread(target=watch)
thread.daemon = True
thread.start()
with io.open(3, 'w') as ready:
    ready.write(u'' + json.dumps({'rep_endpoint': server.rep_endpoint, 'pub_endpoint': server.pub_endpoint}) + u'\n')
server.ended.wait()
os._exit(0)
