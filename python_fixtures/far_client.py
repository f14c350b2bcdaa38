"""Uses a robot that is served on another host: a call, a signal. Ends with status 0 when both arrive within a minute."""

import os
import sys
import threading

import pizco_compat  # noqa: lets pizco run

from pizco import Proxy


def main():
    watchdog = threading.Timer(60, os._exit, (1,))
    watchdog.daemon = True
    watchdog.start()
    proxy = Proxy(sys.argv[1])
    heard = threading.Event()
    proxy.arm_moved.connect(lambda value, old, other: heard.set())
    while not heard.wait(0.2):  # nothing tells when the subscription is in force
        proxy.move_arm(1)
    sys.stdout.flush()
    os._exit(0)


if __name__ == '__main__':
    main()
