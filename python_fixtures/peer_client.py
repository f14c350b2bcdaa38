"""The client's side of the conformance peer: Proxies of the original, each used from a thread of its own."""

import queue
import threading
import time
from concurrent import futures

import pizco_compat
import zmq
from pizco import Proxy
from pizco.pizco import ProxyAgent, RemoteAttribute

from peer_values import from_json, many, name_of, to_json

SLOTS = {
    0: lambda keep: lambda: keep(),
    1: lambda keep: lambda value: keep(value),
    2: lambda keep: lambda value, old: keep(value, old),
    3: lambda keep: lambda value, old, other: keep(value, old, other),
    4: lambda keep: lambda value, old, other, read: keep(value, old, other, read),
}


class Slot(object):
    """A function to connect to a signal, which keeps what it is called with."""

    def __init__(self, arity):
        self.function = SLOTS[arity](self._keep)
        self._events = []
        self._arrived = threading.Condition()

    def _keep(self, *args):
        with self._arrived:
            self._events.append(args)
            self._arrived.notify_all()

    def take(self, count, seconds):
        """Returns what came, once it is count events or the time is over, and forgets it."""
        deadline = time.time() + seconds
        with self._arrived:
            while len(self._events) < count and time.time() < deadline:
                self._arrived.wait(max(0, deadline - time.time()))
            events, self._events = self._events, []
        return events


class Connection(object):
    """A Proxy, and the thread that alone uses it."""

    def __init__(self):
        self.proxy = None
        self.agent = None
        self.endpoint = None
        self.seconds = 5
        self.answer = None  # what the last request was answered with
        self.slots = {}
        self.futures = {}
        self.jobs = queue.Queue()
        threading.Thread(target=self._work, daemon=True).start()

    def _work(self):
        pizco_compat.share_loop()
        for job in iter(self.jobs.get, None):
            job()

    def connect(self, request):
        self.endpoint = request['endpoint']
        self.seconds = request['timeout_ms'] / 1000.0
        with pizco_compat.agents_with(request['key'], request['serializer'], request['timeout_ms']):
            return self.outcome(lambda: self._dial(request['inspect']))

    def _dial(self, inspect):
        if inspect:
            self.proxy = Proxy(self.endpoint)
        else:
            # What a Proxy's constructor does, but for asking for the list of attributes.
            self.proxy = object.__new__(Proxy)
            self.proxy._proxy_agent = ProxyAgent(self.endpoint)
            self.proxy._proxy_attr_as_remote = self.proxy._proxy_attr_as_object = frozenset()
        self.agent = self.proxy._proxy_agent
        self._remember_answers()
        started = threading.Event()
        self.agent.loop.add_callback(started.set)  # behind the callback that hands the agent's sockets to the loop
        started.wait(self.seconds)

    def _remember_answers(self):
        ask = self.agent.request

        def request(recipient, content):
            self.answer = None
            self.answer = ask(recipient, content)
            return self.answer

        self.agent.request = request

    def outcome(self, operation):
        self.answer = None
        try:
            value = operation()
        except Exception as ex:
            return self._outcome_of(ex)
        return {'remote': True} if isinstance(value, RemoteAttribute) else {'returned': to_json(value)}

    def _outcome_of(self, ex):
        if is_raise(self.answer) and self.answer[2] is ex:
            return raised(ex)
        if isinstance(ex, zmq.Again):
            kind = 'timeout'
        elif isinstance(ex, zmq.ZMQError):
            kind = 'broken'
        else:
            kind = 'protocol'
        return {'failed': kind, 'message': '{}: {}'.format(type(ex).__name__, ex)}

    # One method an operation.

    def disconnect(self, request):
        if self.agent is not None:
            self.agent.stop()
        return {}

    def call(self, request):
        args, kwargs = tuple(from_json(request['args'])), from_json(request['kwargs'])
        return self.outcome(lambda: self._settle(getattr(self.proxy, request['name'])(*args, **kwargs)))

    def _settle(self, value):
        if not isinstance(value, futures.Future):
            return value
        try:
            return value.result(self.seconds)
        except futures.TimeoutError:
            raise zmq.Again()
        except Exception as ex:
            self.answer = 'PSMessage', 'raise', ex
            raise

    def get(self, request):
        return self.outcome(lambda: getattr(self.proxy, request['name']))

    def set(self, request):
        return self.outcome(lambda: setattr(self.proxy, request['name'], from_json(request['value'])))

    def getitem(self, request):
        return self.outcome(lambda: getattr(self.proxy, request['name'])[from_json(request['key'])])

    def setitem(self, request):
        def store():
            getattr(self.proxy, request['name'])[from_json(request['key'])] = from_json(request['value'])

        return self.outcome(store)

    def start(self, request):
        args, kwargs = tuple(from_json(request['args'])), from_json(request['kwargs'])
        self.answer = None
        try:
            value = getattr(self.proxy, request['name'])(*args, **kwargs)
        except Exception as ex:
            return self._outcome_of(ex)
        if not isinstance(value, futures.Future):
            return {'returned': to_json(value)}
        self.futures[request['future']] = value
        return {'started': True}

    def result(self, request):
        return self.outcome(lambda: self._settle(self.futures[request['future']]))

    def subscribe(self, request):
        slot = self.slots[request['slot']] = Slot(4 if 'reads' in request else request['arity'])
        if 'reads' in request:
            slot.function = self._reading(slot.function, request['reads'])
        return self.outcome(lambda: getattr(self.proxy, request['name']).connect(slot.function))

    def _reading(self, keep, attribute):
        """Returns a slot that keeps what it is called with and what an attribute is then.

        It runs in the proxy's event loop, and uses the request socket of the connection's thread, which is idle then.
        """
        def slot(value, old, other):
            try:
                read = getattr(self.proxy, attribute)
            except Exception as ex:
                read = '{}: {}'.format(type(ex).__name__, ex)
            keep(value, old, other, read)
        return slot

    def unsubscribe(self, request):
        slot = self.slots[request['slot']]
        return self.outcome(lambda: getattr(self.proxy, request['name']).disconnect(slot.function))

    def events(self, request):
        events = self.slots[request['slot']].take(request['count'], request['timeout_ms'] / 1000.0)
        return {'events': [{'$tuple': many(event)} for event in events]}

    def inspect(self, request):
        return self.outcome(lambda: self.agent.request_server('inspect', {}))

    def instantiate(self, request):
        args, kwargs = tuple(from_json(request['args'])), from_json(request['kwargs'])
        return self.outcome(lambda: self.agent.instantiate(request['name'], args, kwargs))

    def send(self, request):
        """Sends any content and returns the content of the answer."""
        return self.outcome(lambda: self.agent.request(self.endpoint, from_json(request['content'])))


def is_raise(answer):
    return isinstance(answer, (tuple, list)) and len(answer) == 3 and answer[1] == 'raise'


def raised(ex):
    return {'raised': name_of(type(ex)), 'args': {'$tuple': many(ex.args)}, 'message': to_json(str(ex))}


class Client(object):

    OPS = ['connect', 'disconnect', 'call', 'get', 'set', 'getitem', 'setitem', 'start', 'result', 'subscribe',
           'unsubscribe', 'events', 'inspect', 'instantiate', 'send']

    def __init__(self, host):
        self.connections = {}

    def hand_over(self, request, answer):
        """Has the connection's thread do it, which answers by itself."""
        name = request['conn']
        if request['op'] == 'connect':
            self.connections[name] = Connection()
        connection = self.connections.get(name)
        if connection is None:
            answer(request, lambda request: {'failed': 'broken', 'message': 'no connection ' + name})
            return
        connection.jobs.put(lambda: answer(request, getattr(connection, request['op'])))
        if request['op'] == 'disconnect':
            connection.jobs.put(None)
            del self.connections[name]
