"""The object that the conformance suite serves: the instrument, with a record of what reached it.

interop/PROTOCOL.md lists its members, so that a server in another language can offer the same.
"""

import builtins
import functools
import time
from concurrent import futures

from pizco import Signal

from instrument import Instrument

# Signals with which the suite finds out whether a subscription is in force.
PROBES = ['probe_' + letter for letter in 'abcdefgh']

RECORDED = ('nothing', 'scale', 'echo', 'same')


class BenchError(Exception):
    """An exception class that only those know who can import this module."""


class Bench(Instrument):

    def __init__(self, name='bench', **settings):
        super(Bench, self).__init__(name, **settings)
        for probe in PROBES:
            setattr(self, probe, Signal())
        self._reset(name, **settings)

    def _reset(self, name='bench', **settings):
        """Forgets what happened, but not who is connected to the signals; for the peer, not for clients."""
        self.name = name
        self.settings = settings
        self.channels = {1: 'inside', 'two': 'outside'}
        self.notes = ['calibrated']
        self.payload = None
        self._temperature = 20.0
        self.age = 27
        self.ratio = 0.5
        self.ready = True
        self._seen = []
        self._pending = []

    def _take_seen(self):
        """Returns what reached the object since the last time; for the peer, not for clients."""
        seen, self._seen = self._seen, []
        return seen

    def options(self, *, first, second=2):
        self._seen.append(('options', (), {'first': first, 'second': second}))
        return (first, second)

    def fail(self, kind, *args):
        """Raises the built-in exception of that name, or BenchError."""
        raise globals().get(kind, getattr(builtins, kind, None))(*args)

    def sleep(self, milliseconds):
        time.sleep(milliseconds / 1000.0)
        return milliseconds

    def send_probe(self, n, name):
        getattr(self, name).emit(n)

    # Futures that somebody else ends.

    def ponder(self):
        future = futures.Future()
        self._pending.append(future)
        return future

    def finish(self, result):
        self._pending.pop(0).set_result(result)

    def finish_in_vain(self, kind, *args):
        self._pending.pop(0).set_exception(getattr(builtins, kind)(*args))


def _recorded(name):
    method = getattr(Instrument, name)

    @functools.wraps(method)
    def record(self, *args, **kwargs):
        self._seen.append((name, args, kwargs))
        return method(self, *args, **kwargs)

    return record


for _name in RECORDED:
    setattr(Bench, _name, _recorded(_name))
