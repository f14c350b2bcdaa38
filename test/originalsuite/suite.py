"""Runs the original's own test suite, as it is, with agents and servers of another process in place of its own.

    python suite.py FOLDER COMMAND [NAME...]     FOLDER: a checkout of the original's development line
    PIZCO_RELEASE=0.1 python suite.py ...        the same tests with release 0.1, which the interpreter must have: it has none of its own

COMMAND starts that process, its words joined by '|': the program of test/originalsuite, or 'python|reference.py', the original's own.
pizco.Agent and pizco.Server become stand-ins for its agents and servers, before the tests import them. Proxies, and all else of the original,
stay what they are. A method that a test's subclass overrides is asked by the process. Names choose tests, all by default.

The last line is 'results: ' and a dict, in JSON: for each test whether it passed.
"""
import json
import os
import pickle
import subprocess
import sys
import threading
import unittest

from original import RELEASE, dump, load, prepare

FOLDER, STAND_IN = os.path.abspath(sys.argv[1]), [os.path.abspath(path) if os.path.exists(path) else path for path in sys.argv[2].split('|')]
prepare(FOLDER)

import pizco  # noqa: E402
from pizco.clientserver import Proxy  # noqa: E402


class Stage(object):
    """The process with what stands in."""

    def __init__(self):
        self._process = subprocess.Popen(STAND_IN, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
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
        sys.stdout.write('the process that stands in has ended\n')
        sys.stdout.flush()
        os._exit(1)

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


class Result(unittest.TextTestResult):
    """Keeps for each test whether it passed."""

    passed = {}

    def addSuccess(self, test):
        super(Result, self).addSuccess(test)
        self.passed.setdefault(test.id(), True)

    def addError(self, test, err):
        super(Result, self).addError(test, err)
        self.passed[test.id()] = False

    def addFailure(self, test, err):
        super(Result, self).addFailure(test, err)
        self.passed[test.id()] = False


def main():
    pizco.Agent, pizco.Server = Agent, Server
    names = sys.argv[3:] or ['tests.test_pizco', 'tests.test_protocol', 'tests.test_util']
    tests = unittest.TestLoader().loadTestsFromNames(names)
    unittest.TextTestRunner(verbosity=2, resultclass=Result).run(tests)
    sys.stdout.write('results: ' + json.dumps(Result.passed) + '\n')
    sys.stdout.flush()
    os._exit(0)  # the original's threads do not end


stage = Stage()
if __name__ == '__main__':
    main()
