"""Serves an object with the original pizco for the benchmarks, and takes orders as lines of JSON on standard input.

The first line printed has the server's endpoints. The order {"do": "emit", "n": N, "per_second": M} emits a signal N times, M
times a second, or as fast as can be where M is 0.
"""

import json
import sys
import threading
import time

import pizco_compat
from pizco import Server, Signal


class Speed(object):

    def __init__(self):
        self.tick = Signal()
        self._arrays = {}

    def same(self, value):
        return value

    def take(self, array):
        return len(array)

    def give(self, n):
        if n not in self._arrays:
            import numpy
            self._arrays[n] = numpy.zeros(n)
        return self._arrays[n]


def emit(server, speed, order):
    began = time.time()
    for n in range(order['n']):
        if order['per_second']:
            pause = began + n / order['per_second'] - time.time()
            if pause > 0:
                time.sleep(pause)
        speed.tick.emit(n)
    # Publishing is done by the event loop: behind the last of them.
    done = threading.Event()
    server.loop.add_callback(done.set)
    done.wait()
    return {'began': int(began * 1e9), 'ended': int(time.time() * 1e9)}


def main():
    speed = Speed()
    server = Server(speed, 'tcp://127.0.0.1:0', 'tcp://127.0.0.1:0')
    pizco_compat.wait_until_started(server)
    print(json.dumps({'rep_endpoint': server.rep_endpoint, 'pub_endpoint': server.pub_endpoint}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = {'emit': emit}[order['do']](server, speed, order)
        except Exception as error:
            answer = {'error': repr(error)}
        print(json.dumps(answer), flush=True)
    server.stop()


if __name__ == '__main__':
    main()
