"""Makes calls with the original's Proxy for the benchmarks, as lines of JSON on standard input order.

{"do": "calls", "n": N} makes N calls one after the other; {"do": "flood", "proxies": P, "n": N} makes N calls with each of P proxies, in
a thread each; {"do": "take"} and {"do": "give"}, with "n" and "size", send and receive
an array of numpy. The answers have the seconds: of all calls, and of the fastest that moved an array.
"""

import json
import sys
import threading
import time

import pizco_compat  # noqa: F401, for what it supplies to the original
from pizco import Proxy

crowd = []


def calls(proxy, order):
    same = proxy.same
    began = time.perf_counter()
    for n in range(order['n']):
        if same(n) != n:
            raise ValueError('another answer')
    return time.perf_counter() - began


def flood(proxy, order):
    while len(crowd) < order['proxies']:
        crowd.append(Proxy(sys.argv[1]))
    failures = []

    def run(one):
        try:
            calls(one, order)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(one,)) for one in crowd]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return time.perf_counter() - began


def fastest(order, call):
    best = None
    for _ in range(order['n']):
        began = time.perf_counter()
        call()
        took = time.perf_counter() - began
        best = took if best is None else min(best, took)
    return best


def take(proxy, order):
    import numpy
    array = numpy.zeros(order['size'])
    return fastest(order, lambda: proxy.take(array))


def give(proxy, order):
    return fastest(order, lambda: proxy.give(order['size']))


def main():
    proxy = Proxy(sys.argv[1])
    print('{}', flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = {'seconds': {'calls': calls, 'flood': flood, 'take': take, 'give': give}[order['do']](proxy, order)}
        except Exception as error:
            answer = {'error': repr(error)}
        print(json.dumps(answer), flush=True)
    proxy._proxy_stop_me()


if __name__ == '__main__':
    main()
