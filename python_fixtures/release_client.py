"""Uses the laboratory of develop_lab.py, served by Go, with release 0.1 of the original.

Its argument is the endpoint. Its status is not 0 when something went wrong.
"""

import os
import sys
import threading
import time
import traceback

import pizco_compat  # noqa: F401  (before pizco)
from pizco import Proxy


def expect(got, want):
    if got != want:
        raise AssertionError('got {!r}, want {!r}'.format(got, want))


def use(proxy):
    expect(proxy.number, 12)
    expect(proxy.add(4, y=5), 9)
    expect(proxy.table[1], 2)
    try:
        proxy.fail('oops')
    except ValueError as e:
        expect(e.args, ('oops',))
    else:
        raise AssertionError('nothing is raised')
    expect(proxy.fut_slow(0.05).result(10), {'answer': 42})
    got = []

    def slot(value, old, other):
        got.append((value, old, other))

    proxy.sig2.connect(slot)
    while not got:  # nothing tells when the subscription is in force
        proxy.do_emit('sig2', 8, 9)
        time.sleep(0.05)
    expect(got[0], (8, 9, None))


def main():
    timer = threading.Timer(90, os._exit, [3])
    timer.daemon = True
    timer.start()
    status = 1
    try:
        use(Proxy(sys.argv[1]))
        status = 0
    except Exception:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == '__main__':
    main()
