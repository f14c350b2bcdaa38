"""Pickles values for TestCheckPlain: a line for each expression, protocol and outcome."""

import array  # noqa: F401  (expressions name these modules)
import collections  # noqa: F401
import datetime  # noqa: F401
import decimal  # noqa: F401
import enum
import fractions  # noqa: F401
import functools
import ipaddress  # noqa: F401
import json
import os
import pathlib  # noqa: F401
import pickle
import sys
import types
import uuid  # noqa: F401

try:
    import zoneinfo  # noqa: F401
except ImportError:
    pass
try:
    import numpy
except ImportError:
    pass

lab = types.ModuleType('lab')
sys.modules['lab'] = lab


def in_lab(value):
    value.__module__ = 'lab'
    setattr(lab, value.__name__, value)
    return value


@in_lab
class Point(object):
    def __init__(self, x=None):
        self.x = x


@in_lab
class Text(str):
    pass


@in_lab
class Color(enum.Enum):
    RED = 1


@in_lab
class Trouble(Exception):
    pass


Pair = in_lab(collections.namedtuple('Pair', 'a b'))


class Calls(object):
    def __init__(self, *reduced):
        self.reduced = reduced

    def __reduce__(self):
        return self.reduced


def with_state(call, state):
    return Calls(*(call + (state,)))


def main():
    plain, named, refused = json.load(sys.stdin)
    for kind, expressions in (('plain', plain), ('named', named), ('refused', refused)):
        for expression in expressions:
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
                try:
                    value = eval(expression)
                except (NameError, AttributeError):
                    continue
                print(json.dumps([kind, expression, protocol, pickle.dumps(value, protocol).hex()]))


main()
