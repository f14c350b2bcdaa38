"""Plays the manual's "Pizco in action" against the server at an endpoint, with the original pizco.

The manual's client sleeps between the changes and prints from the slot. A slot runs in the proxy's event loop, whose requests
would share a socket with the main thread's; so here it hands over to the main thread, which waits for it.
"""

import argparse
import faulthandler
import queue

import pizco_compat  # noqa: F401  (before pizco is used)
from pizco import Proxy

LIMIT_SECONDS = 30
RESEND_SECONDS = 0.25


def print_product(proxy):
    print('{} * {} = {}'.format(proxy.factor, 8, proxy.calculate(8)))


def change_factor(proxy, changes, old, new):
    """Sets the factor and returns once the notification of that change is here.

    Nothing tells a client when its subscription has reached the server. A change before that notifies
    nobody: it is taken back and made again until its notification comes.
    """
    while True:
        proxy.factor = new
        if arrives(changes, (new, old)):
            return
        proxy.factor = old


def arrives(changes, wanted):
    try:
        while changes.get(timeout=RESEND_SECONDS) != wanted:
            pass  # of a change that was taken back
        return True
    except queue.Empty:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('endpoint', help="the server's endpoint, as it reported it")
    parser.add_argument('--serializer', help='pickle (default), pickle0 to pickle5, or json')
    args = parser.parse_args()
    # A request that is never answered blocks the original for ever.
    faulthandler.dump_traceback_later(LIMIT_SECONDS, exit=True)
    if args.serializer:
        pizco_compat.use_serializer(args.serializer)

    proxy = Proxy(args.endpoint)
    changes = queue.Queue()
    proxy.factor_changed.connect(lambda new, old, other: changes.put((new, old)))

    print_product(proxy)
    old = proxy.factor
    for new in (3, 4, 5):
        change_factor(proxy, changes, old, new)
        print('The factor was changed from {} to {}'.format(old, new))
        print_product(proxy)
        old = new


if __name__ == '__main__':
    main()
