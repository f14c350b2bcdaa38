"""Serves a laboratory with the original's branch develop, on Python 2.7 and 3.

Prints one line of JSON with the server's endpoints, and serves until standard input ends or a client
sends 'stop'. PYTHONPATH names the checkout of the branch. Arguments: the endpoint, or nothing for one
that the system chooses.
"""

from __future__ import print_function

import json
import os
import sys
import threading
import time
import warnings
from concurrent import futures

warnings.simplefilter('ignore')

from pizco import Server, Signal  # noqa: E402  (its deprecation warnings would come first)


class LabError(Exception):
    def __init__(self, code, text):
        super(LabError, self).__init__(code, text)
        self.code = code


class Plain(object):
    number = 3

    def times(self, n):
        return self.number * n


class Lab(object):
    def __init__(self, number=12, label=None):
        self.number = number
        self.label = label
        self.ratio = 0.5
        self.nothing = None
        self.flag = True
        self.text = u'hello'
        self.table = {1: 2, 'k': [1, 2]}
        self.items = [1, 2, 3]
        self.pair = (1, 'a')
        self._hidden = 7
        self.sig0, self.sig1, self.sig2, self.sig3 = Signal(), Signal(1), Signal(2), Signal(3)
        self.sig_kw = Signal(nargs=1, kwargs=['unit'])
        self.sig_var = Signal(varargs=True)
        self.sig_any = Signal(varargs=True, varkwargs=True)
        self.sig_auto = Signal.Auto()
        self._property = 42
        self._pool = futures.ThreadPoolExecutor(2)
        self._others = []

    @property
    def rw_prop(self):
        return self._property

    @rw_prop.setter
    def rw_prop(self, value):
        if value is None:
            raise ValueError('no value')
        old, self._property = self._property, value
        self.sig2.emit(value, old)

    def plain(self):
        return 46

    def add(self, x, y=3):
        return x + y

    def echo(self, *args, **kwargs):
        return args, kwargs

    def fail(self, text):
        raise ValueError(text)

    def fail_custom(self):
        raise LabError(7, 'custom')

    def fut_slow(self, seconds):
        return self._pool.submit(lambda: time.sleep(seconds) or {'answer': 42})

    def fut_fail(self, seconds):
        def work():
            time.sleep(seconds)
            raise ValueError('late')

        return self._pool.submit(work)

    def fut_done(self):
        future = futures.Future()
        future.set_result('at once')
        return future

    def do_emit(self, name, *args, **kwargs):
        getattr(self, name).emit(*args, **kwargs)

    def slots(self, name):
        return len(getattr(self, name).slots)

    def give_server(self):
        other = Server(Plain())
        self._others.append(other)
        return other

    def call_times(self, proxy, n):
        """Uses another server's object, which arrives as a live proxy."""
        return proxy.times(n)


def main():
    lab = Lab()
    server = Server(lab, *sys.argv[1:2])
    stopped = threading.Event()
    stop = server.stop

    def stop_and_tell():
        stop()
        stopped.set()

    server.stop = stop_and_tell
    print(json.dumps({'rep_endpoint': server.rep_endpoint, 'pub_endpoint': server.pub_endpoint}))
    sys.stdout.flush()

    def read():
        sys.stdin.read()
        server.loop.add_callback(server.stop)

    reader = threading.Thread(target=read)
    reader.daemon = True
    reader.start()
    while not stopped.is_set():
        stopped.wait(0.1)
    time.sleep(0.2)  # for what stop has put on the loop
    sys.stdout.flush()
    os._exit(0)  # the loop's thread of the original is no daemon


if __name__ == '__main__':
    main()
