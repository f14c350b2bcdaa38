"""Plays the original's own test suite twice, with Go in place of its agents and servers and with the original's own in a process of their own.

    python compare.py FOLDER GO     as suite.py; PIZCO_RELEASE chooses the release; REPEATS is how often a test that failed is repeated, 10 by default

Ends with 1 where a test does not pass with Go and does with the original's. A test that failed on either side is played again on both, alone:
the original's client has races of its own, which fail some of the time on each. Such a test may fail with Go no more often than with the
original's, but for MARGIN.
"""
import json
import os
import re
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER, GO = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
SIDES = (('go', GO), ('original', '|'.join([sys.executable, os.path.join(HERE, 'reference.py'), FOLDER])))
REPEATS = int(os.environ.get('REPEATS') or 10)
MARGIN = 3  # of REPEATS, where neither side passes each time
DEADLINE = 300  # seconds for one run


def play(command, names=()):
    """Returns for each test whether it passed, and what was printed. A run that hangs or dies has passed nothing."""
    process = subprocess.Popen([sys.executable, os.path.join(HERE, 'suite.py'), FOLDER, command] + list(names), stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, stdin=subprocess.PIPE)
    watch = threading.Timer(DEADLINE, process.kill)
    watch.daemon = True
    watch.start()
    printed = process.communicate()[0].decode('utf-8', 'replace')
    watch.cancel()
    for line in printed.splitlines():
        if line.startswith('results: '):
            return json.loads(line[len('results: '):]), printed
    return {}, printed


def repeat(name):
    """Returns how often a test passes on each side, played in turn."""
    passes = dict.fromkeys(dict(SIDES), 0)
    for _ in range(REPEATS):
        for side, command in SIDES:
            results, printed = play(command, [name])
            passes[side] += bool(results.get(name))
            if not results.get(name):
                say_why(side, name, printed)
    return passes


def say_why(side, name, printed):
    """Prints the errors in what a failed run printed."""
    errors = [line for line in printed.splitlines() if re.match(r'\w*(Error|Exception)\b', line)]
    print('{0} with {1}: {2}'.format(name, side, '; '.join(errors) or 'it did not end'))


def verdict(passes):
    """Whether Go does as well as the original's."""
    if passes['original'] == 0 or passes['go'] == REPEATS:
        return True
    return passes['go'] > 0 and passes['go'] + MARGIN >= passes['original']


def main():
    results, printed = {}, {}
    for side, command in SIDES:
        results[side], printed[side] = play(command)
        print('with {0}: {1} of {2} passed'.format(side, sum(results[side].values()), len(results[side])))
    names = sorted(set(results['go']) | set(results['original']))
    if not results['go'] or not results['original']:
        print('\n'.join(printed.values()))
        print('a side of the comparison did not end, or ran no test')
        return 1
    bad = []
    for name in names:
        if results['go'].get(name) and results['original'].get(name):
            continue
        passes = repeat(name)
        good = verdict(passes)
        print('{0}: of {1} repeats {2} passed with go, {3} with the original: {4}'.format(
            name, REPEATS, passes['go'], passes['original'], 'as well' if good else 'WORSE'))
        if not good:
            bad.append(name)
    if bad:
        print(printed['go'])
    print('{0} tests, {1} worse with go'.format(len(names), len(bad)))
    return 1 if bad else 0


if __name__ == '__main__':
    status = main()
    sys.stdout.flush()
    sys.exit(status)
