"""Runs the original's own test suite, as it is, with agents and servers of Go in place of the original's.

    python suite.py GO FOLDER [NAME...]     GO: the program of internal/originalsuite; FOLDER: a checkout of the original's development line
    PIZCO_RELEASE=0.1 python suite.py ...   the same tests with release 0.1, which the interpreter must have, and its dialect: it has none of its own

pizco.Agent and pizco.Server become stand-ins for agents and servers in the process GO, before the tests import them. Proxies, and all else of the
original, stay what they are. A method that a test's subclass overrides is asked by GO. Names choose tests, all by default.
"""
import base64
import json
import logging
import os
import pickle
import subprocess
import sys
import threading
import unittest
import warnings

warnings.simplefilter('ignore')
GO, FOLDER = sys.argv[1], sys.argv[2]
RELEASE = os.environ.get('PIZCO_RELEASE', 'master')
if RELEASE == 'master':
    sys.path.insert(0, FOLDER)
else:
    sys.path.append(FOLDER)  # for the tests only: the package comes first
    sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'python_fixtures'))
    import pizco_compat  # noqa: F401
# The loop that pyzmq 16 brings along asks tornado for something, and logs that there is none.
logging.getLogger('tornado.application').setLevel(logging.CRITICAL)

import inspect  # noqa: E402

import zmq  # noqa: E402
from zmq.eventloop import ioloop  # noqa: E402

import pizco  # noqa: E402

if RELEASE != 'master':
    # All of 0.1 is one module. The development line's tests look for parts of it where they are there.
    for part in ('agent', 'clientserver', 'protocol', 'util'):
        sys.modules['pizco.' + part] = pizco.pizco
from pizco.clientserver import Proxy  # noqa: E402

if RELEASE == 'master' and zmq.pyzmq_version_info()[0] > 16:
    # One loop for all threads, as the original expects; and what its tornado no longer takes.
    import tornado.ioloop
    shared = tornado.ioloop.IOLoop.current()
    ioloop.IOLoop.instance = staticmethod(lambda: shared)
    add_timeout = shared.add_timeout
    shared.add_timeout = lambda deadline, callback: shared.call_later(deadline, callback)
if not hasattr(threading.Thread, 'isAlive'):
    threading.Thread.isAlive = threading.Thread.is_alive
if not hasattr(inspect, 'getargspec'):
    inspect.getargspec = inspect.getfullargspec


class Stage(object):
    """The process with what stands in."""

    def __init__(self):
        self._process = subprocess.Popen([GO], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._lock = threading.Lock()
        self._answers = {}
        self._number = 0
        self.actors = {}
        self.handlers = {}
        reader = threading.Thread(target=self._read)
        reader.daemon = True
        reader.start()

    def number(self):
        with self._lock:
            self._number += 1
            return self._number

    def send(self, **order):
        line = json.dumps(order).encode('ascii') + b'\n'
        with self._lock:
            self._process.stdin.write(line)
            self._process.stdin.flush()

    def order(self, **order):
        order['id'] = self.number()
        answered = threading.Event()
        self._answers[order['id']] = [answered, None]
        self.send(**order)
        if not answered.wait(60):
            raise RuntimeError('no answer to {}'.format(order))
        answer = self._answers.pop(order['id'])[1]
        if answer.get('error'):
            raise RuntimeError(answer['error'])
        return answer

    def _read(self):
        for line in iter(self._process.stdout.readline, b''):
            message = json.loads(line.decode('utf-8'))
            if 'event' in message:
                thread = threading.Thread(target=self._event, args=(message,))
                thread.daemon = True
                thread.start()
            else:
                entry = self._answers[message['id']]
                entry[1] = message
                entry[0].set()

    def _event(self, message):
        actor = self.actors[message['actor']]
        value = load(message['value']) if message.get('value') else None
        if message['event'] == 'notification':
            callback = self.handlers[message['handler']] or actor.on_notification
            callback(message['sender'], message['topic'], value, message['msgid'])
            return
        if message['event'] == 'request':
            result = actor.on_request(message['sender'], message.get('topic', ''), value, message['msgid'])
        elif message['name'] == 'inspect':
            result = actor.inspect()
        else:
            result = getattr(actor, message['name'])(value)
        self.send(do='answer', call=message['call'], value=dump(result))


def dump(value):
    return base64.b64encode(pickle.dumps(value, 2)).decode('ascii')


def load(text):
    return pickle.loads(base64.b64decode(text))


class Subscribers(object):
    """Agent.subscribers."""

    def __init__(self, actor):
        self._actor = actor

    def __getitem__(self, topic):
        return stage.order(do='subscribers', actor=self._actor, topic=topic).get('count', 0)

    def __contains__(self, topic):
        return self[topic] > 0


class Agent(object):
    """Stands for an agent of Go."""

    kind = 'agent'
    hooks = ('on_request',)

    def __init__(self, rep_endpoint='', pub_endpoint='', served_class=''):
        self._actor = stage.number()
        stage.actors[self._actor] = self
        hooks = [name for name in self.hooks if getattr(type(self), name) is not getattr(Agent, name, None)
                 and getattr(type(self), name) is not getattr(Server, name, None) and name_of(type(self), name)]
        started = stage.order(do='start', actor=self._actor, kind=self.kind, rep=rep_endpoint, pub=pub_endpoint, hooks=hooks,
                              plain=pickle.HIGHEST_PROTOCOL, dialect=RELEASE, **{'class': served_class})
        self.rep_endpoint, self.pub_endpoint = started['rep'], started['pub']
        self.subscribers = Subscribers(self._actor)

    def on_request(self, sender, topic, content, msgid):
        raise NotImplementedError  # Go answers

    def on_notification(self, sender, topic, content, msgid):
        pass

    def request(self, recipient, content):
        return load(stage.order(do='request', actor=self._actor, endpoint=recipient, value=dump(content))['value'])

    def publish(self, topic, content):
        stage.order(do='publish', actor=self._actor, topic=topic, value=dump(content))

    def subscribe(self, rep_endpoint, topic, callback=None, pub_endpoint=None):
        handler = stage.number()
        stage.handlers[handler] = callback
        stage.order(do='subscribe', actor=self._actor, endpoint=rep_endpoint, topic=topic, pub=pub_endpoint, handler=handler)

    def stop(self):
        stage.order(do='stop', actor=self._actor)


def name_of(cls, name):
    """Whether a class, or one between it and the stand-ins, defines a method itself."""
    return any(name in vars(c) for c in cls.__mro__ if c not in (Agent, Server, object))


class Signal(object):
    """What a test sees of a signal of the object that Go serves."""

    def __init__(self, slots):
        self.slots = [None] * slots


class Served(object):
    """The object that Go serves, looked at from outside."""

    def __init__(self, actor):
        self._actor = actor

    def __getattr__(self, name):
        value = load(stage.order(do='peek', actor=self._actor, name=name)['value'])
        return Signal(value) if name.endswith('_changed') else value


class Server(Agent):
    """Stands for a server of Go, which serves its own Example."""

    kind = 'server'
    hooks = ('inspect', 'force_as_object', 'return_as_remote')

    def __init__(self, served_object, rep_endpoint='', pub_endpoint='', served_class=''):
        super(Server, self).__init__(rep_endpoint, pub_endpoint, served_class)
        self.served_object = Served(self._actor)

    def inspect(self):
        raise NotImplementedError  # Go answers

    def force_as_object(self, attr):
        raise NotImplementedError

    def return_as_remote(self, attr):
        raise NotImplementedError

    @classmethod
    def serve_in_thread(cls, served_cls, args, kwargs, rep_endpoint, pub_endpoint=''):
        cls(None, rep_endpoint, pub_endpoint, served_cls.__module__ + '.' + served_cls.__name__)
        proxy = Proxy(rep_endpoint)
        proxy._proxy_agent.instantiate(served_cls, args, kwargs)
        return proxy

    serve_in_process = serve_in_thread


def main():
    pizco.Agent, pizco.Server = Agent, Server
    os.chdir(FOLDER)
    loader = unittest.TestLoader()
    names = sys.argv[3:]
    if names:
        tests = loader.loadTestsFromNames(['tests.test_pizco.AgentTest.' + name for name in names])
    else:
        tests = loader.loadTestsFromNames(['tests.test_pizco', 'tests.test_protocol', 'tests.test_util'])
    result = unittest.TextTestRunner(verbosity=2).run(tests)
    sys.stdout.write('{} tests, {} failed\n'.format(result.testsRun, len(result.failures) + len(result.errors)))
    sys.stdout.flush()
    os._exit(0 if result.wasSuccessful() and result.testsRun else 1)  # the original's threads do not end


stage = Stage()
if __name__ == '__main__':
    main()
