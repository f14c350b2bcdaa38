"""Runs clients whose slots read from the proxy that they belong to, as the manual's may, against a served instrument.

Each of --runs clients is a Proxy of the original with --slots slots of temperature_changed. Each slot reads
proxy.temperature for each emission. The main thread changes the temperature --changes times and waits --pause seconds
between its calls; with 0 it does not wait. A run is whole when every slot was called for every change and no request failed.

Prints one line of JSON for each run: {"outcome": "whole" | "broken" | "hung", "calls": ..., "failed": ..., "errors": [...]}.
The slots run in the proxy's event loop and share its request socket with the main thread, which may not use it at the
same time. So each run is a process of its own: one that goes wrong leaves the socket in a state that hangs its user.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time

LIMIT_SECONDS = 30


class Client(object):

    def __init__(self, endpoint, slots):
        from pizco import Proxy
        self.lock = threading.Lock()
        self.calls = [0] * slots
        self.errors = []
        self.outcome = 'hung'
        self.proxy = Proxy(endpoint)
        self.heard = threading.Event()

    def slot(self, number):
        def called(value, old, other):
            try:
                self.proxy.temperature
            except Exception as error:
                self.note(error)
            with self.lock:
                self.calls[number] += 1
            self.heard.set()
        return called

    def note(self, error):
        with self.lock:
            self.errors.append('{}: {}'.format(type(error).__name__, error))

    def connect(self):
        """Connects the slots and returns when their subscription is in force, which nothing but an emission tells."""
        slots = [self.slot(number) for number in range(len(self.calls))]
        for slot in slots:
            self.proxy.temperature_changed.connect(slot)
        value = 0.0
        while not self.heard.is_set():
            value += 0.001
            self.proxy.temperature = value
            self.heard.wait(0.2)
        # What was emitted for that has come when nothing has for a while.
        before = None
        while before != self.calls:
            before = list(self.calls)
            time.sleep(0.1)
        with self.lock:
            self.calls = [0] * len(self.calls)
            self.errors = []

    def run(self, changes, pause):
        for n in range(changes):
            try:
                self.proxy.temperature = 100.0 + n
            except Exception as error:
                self.note(error)
            if pause:
                time.sleep(pause)
        deadline = time.time() + 2
        while time.time() < deadline and min(self.calls) < changes:
            time.sleep(0.01)
        with self.lock:
            whole = not self.errors and all(n == changes for n in self.calls)
        self.outcome = 'whole' if whole else 'broken'

    def report(self):
        print(json.dumps({'outcome': self.outcome, 'calls': sum(self.calls), 'failed': len(self.errors), 'errors': self.errors[:3]}))
        sys.stdout.flush()


def run_once(args):
    import pizco_compat  # noqa: lets pizco run
    import logging
    logging.disable(logging.CRITICAL)
    client = Client(args.endpoint, args.slots)

    def give_up():
        client.report()
        os._exit(0)

    watchdog = threading.Timer(LIMIT_SECONDS, give_up)
    watchdog.daemon = True
    watchdog.start()
    client.connect()
    client.run(args.changes, args.pause)
    client.report()
    os._exit(0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('endpoint', help="the server's endpoint, as it reported it")
    parser.add_argument('--runs', type=int, default=1, help='how many clients run, one after the other (default: %(default)s)')
    parser.add_argument('--slots', type=int, default=5, help='how many slots each has (default: %(default)s)')
    parser.add_argument('--changes', type=int, default=20, help='how many changes each makes (default: %(default)s)')
    parser.add_argument('--pause', type=float, default=0.05, help='the seconds between two calls (default: %(default)s)')
    parser.add_argument('--once', action='store_true', help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.once:
        run_once(args)
    for _ in range(args.runs):
        subprocess.call([sys.executable, os.path.abspath(__file__), args.endpoint, '--once', '--slots', str(args.slots),
                         '--changes', str(args.changes), '--pause', str(args.pause)])


if __name__ == '__main__':
    main()
