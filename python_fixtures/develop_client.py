"""Uses a laboratory with the original's branch develop, on Python 2.7 and 3.

Arguments: the endpoint, the word 'stop' to stop the server at the end, and '*' for a
server that listens at every interface. Its status is not 0 when
something went wrong. PYTHONPATH names the checkout of the branch.
"""

from __future__ import print_function

import os
import sys
import threading
import time
import warnings

warnings.simplefilter('ignore')

from pizco import Proxy  # noqa: E402  (its deprecation warnings would come first)


def expect(got, want):
    if got != want:
        raise AssertionError('got {!r}, want {!r}'.format(got, want))


def wait_for(check):
    """Returns once the check is true: nothing tells when a notification has come."""
    while not check():
        time.sleep(0.005)


def emit_until(proxy, name, got, args=(), kwargs=None):
    """Emits until the subscription is in force, which nothing tells either."""
    del got[:]
    while not got:
        proxy.do_emit(name, *args, **(kwargs or {}))
        end = time.time() + 0.2
        while not got and time.time() < end:
            time.sleep(0.002)
    return got[0]


def use_signals(proxy, wildcard):
    got = []

    def none():
        got.append(())

    def one(value):
        got.append((value,))

    def two(value, old):
        got.append((value, old))

    def three(value, old, other):
        got.append((value, old, other))

    def named(value, unit=None):
        got.append((value, unit))

    def several(*values):
        got.append(values)

    def anything(*values, **names):
        got.append((values, names))

    for name, slot, args, kwargs, want in (
        ('sig0', none, (), {}, ()),
        ('sig1', one, (8,), {}, (8,)),
        ('sig2', two, (8, 9), {}, (8, 9)),
        ('sig3', three, (1, 'x', None), {}, (1, 'x', None)),
        ('sig_kw', named, (1,), {'unit': 'mm'}, (1, 'mm')),
        ('sig_var', several, (1, 2, 3, 4, 5), {}, (1, 2, 3, 4, 5)),
        ('sig_any', anything, (1,), {'a': 2}, ((1,), {'a': 2})),
    ):
        signal = getattr(proxy, name)
        signal.connect(slot)
        expect(emit_until(proxy, name, got, args, kwargs), want)
        signal.disconnect(slot)
        if not wildcard:  # there the branch does not find its own subscription
            wait_for(lambda: proxy.slots(name) == 0)
    try:
        proxy.sig1.connect(none)
    except Exception as e:
        expect(type(e).__name__, 'SignalError')
    else:
        raise AssertionError('a slot without parameters is connected to sig1')


def use(proxy, wildcard):
    expect(proxy.number, 12)
    proxy.number = 13
    expect(proxy.number, 13)
    proxy.number = 12
    expect(proxy.add(4), 7)
    expect(proxy.add(4, y=5), 9)
    expect(proxy.echo(1, 'x', k=[2]), ((1, 'x'), {'k': [2]}))
    expect(proxy.table[1], 2)
    expect(list(proxy.items), [1, 2, 3])
    expect(proxy.rw_prop, 42)
    for call, kind, args in (
        (lambda: proxy.fail('oops'), ValueError, ('oops',)),
        (lambda: setattr(proxy, 'rw_prop', None), ValueError, ('no value',)),
        (lambda: proxy.table['missing'], KeyError, ('missing',)),
        (lambda: proxy.missing, AttributeError, ("'Lab' object has no attribute 'missing'",)),
    ):
        try:
            call()
        except kind as e:
            expect(e.args, args)
        else:
            raise AssertionError('{} is not raised'.format(kind))
    expect(proxy.fut_slow(0.05).result(10), {'answer': 42})
    expect(proxy.fut_done().result(10), 'at once')
    try:
        proxy.fut_fail(0.05).result(10)
    except ValueError as e:
        expect(str(e), 'late')
    else:
        raise AssertionError('a future does not fail')
    use_signals(proxy, wildcard)


def main():
    timer = threading.Timer(90, os._exit, [3])
    timer.daemon = True
    timer.start()
    status = 1
    try:
        proxy = Proxy(sys.argv[1], 20000)
        use(proxy, '*' in sys.argv[2:])
        expect(proxy._proxy_ping(5000), 'ping')
        if 'stop' in sys.argv[2:]:
            proxy._proxy_stop_server()
            try:
                proxy.number
            except Exception as e:
                expect(str(e), 'Server Stopped!!!')
            else:
                raise AssertionError('the server goes on')
        status = 0
    except Exception:
        import traceback

        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # the loop's threads of the original are no daemons


if __name__ == '__main__':
    main()
