"""Runs the checks of checks.py against the server at an endpoint, by the original's Proxy.

Prints one JSON object: {"python": "3.6.15", "checks": [{"name", "outcome", "seconds", "detail"}]}, where the outcome is passed,
failed, "not run" (after a check that hung, which ends the program) or excluded (by --only or --except, since json cannot
carry what the check needs, or since the original's own server would not pass: --beyond includes those). The exit status is 0 when no check failed and all that were not excluded ran. PZC_KEY signs.
"""

import argparse
import collections
import json
import os
import platform
import sys
import threading
import time
import traceback

import pizco_compat

import checks

LIMIT_SECONDS = 30


class Run(object):

    def __init__(self, selected, excluded):
        self.results = collections.OrderedDict((name, {'name': name, 'outcome': 'not run'}) for name in selected)
        self.excluded = [{'name': name, 'outcome': 'excluded', 'detail': reason} for name, reason in excluded]
        self.lock = threading.Lock()

    def perform(self, name, endpoint):
        begin = time.time()
        watchdog = threading.Timer(LIMIT_SECONDS, self.give_up, (name, threading.get_ident()))
        watchdog.daemon = True
        watchdog.start()
        outcome, detail = 'passed', ''
        session = None
        try:
            session = checks.Session(endpoint)
            checks.CHECKS[name].function(session)
        except Exception:
            outcome, detail = 'failed', traceback.format_exc()
        if session:
            session.close()
        watchdog.cancel()
        self.note(name, outcome, detail, time.time() - begin)

    def note(self, name, outcome, detail, seconds):
        with self.lock:
            self.results[name].update(outcome=outcome, detail=detail, seconds=round(seconds, 3))

    def give_up(self, name, thread):
        """Ends the program: the original waits for a reply for ever, and its socket is of no use without one."""
        stack = ''.join(traceback.format_stack(sys._current_frames()[thread]))
        self.note(name, 'failed', 'hung for {} s at:\n{}'.format(LIMIT_SECONDS, stack), LIMIT_SECONDS)
        self.report()
        os._exit(1)

    def report(self):
        with self.lock:
            document = {'python': platform.python_version(), 'checks': list(self.results.values()) + self.excluded}
            print(json.dumps(document))
            sys.stdout.flush()

    def succeeded(self):
        return all(result['outcome'] == 'passed' for result in self.results.values())


def choose(args):
    """Returns the names of the checks to run, and pairs of the others' names with the reasons."""
    for name in args.only + args.without:
        if name not in checks.CHECKS:
            sys.exit('there is no check {}; --list prints all'.format(name))
    selected, excluded = [], []
    for name, check in checks.CHECKS.items():
        if (args.only and name not in args.only) or name in args.without:
            excluded.append((name, 'not asked for'))
        elif not check.original and not args.beyond and name not in args.only:
            excluded.append((name, 'more than the original does'))
        elif args.serializer == 'json' and not check.json:
            excluded.append((name, 'json cannot carry what it needs'))
        else:
            selected.append(name)
    if not selected:
        sys.exit('no check is left to run')
    return selected, excluded


def main():
    names = lambda text: [name for name in text.split(',') if name]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('endpoint', nargs='?', help="the server's endpoint, as it reported it")
    parser.add_argument('--serializer', help='pickle (default), pickle0 to pickle5, or json')
    parser.add_argument('--only', type=names, default=[], help='the checks to run, separated by commas (default: all)')
    parser.add_argument('--except', type=names, default=[], dest='without', help='checks to leave out, separated by commas')
    parser.add_argument('--beyond', action='store_true', help="run also the checks that the original's server does not pass")
    parser.add_argument('--list', action='store_true', help="print the checks' names")
    args = parser.parse_args()
    if args.list:
        print('\n'.join(checks.CHECKS))
        return 0
    if not args.endpoint:
        parser.error('an endpoint is needed')
    if args.serializer:
        pizco_compat.use_serializer(args.serializer)

    run = Run(*choose(args))
    for name in list(run.results):
        run.perform(name, args.endpoint)
    run.report()
    return 0 if run.succeeded() else 1


if __name__ == '__main__':
    sys.exit(main())
