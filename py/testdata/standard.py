"""Pickles and unpickles objects of the standard library, for the tests of package py.

A request is a line of JSON. ["dump", expression, protocol] is answered by the pickle of the expression's value, in hexadecimal
digits. ["load", expression, pickle] is answered by "same" when the pickle's value is that of the expression and of
the same type, and by its repr otherwise. What this Python does not have is answered by "missing".
"""

import collections  # noqa: F401  (expressions name these modules)
import datetime  # noqa: F401
import decimal  # noqa: F401
import enum
import fractions  # noqa: F401
import ipaddress  # noqa: F401
import json
import pathlib  # noqa: F401
import pickle
import sys
import uuid  # noqa: F401

try:
    import zoneinfo  # noqa: F401
except ImportError:
    pass


class Color(enum.Enum):
    RED = 'red'


class Level(enum.IntEnum):
    HIGH = 3


class Text(str):
    pass


class Robot(object):
    def __init__(self, name, legs):
        self.name, self.legs = name, legs


class Slotted(object):
    __slots__ = ('name', 'legs')

    def __init__(self, name, legs):
        self.name, self.legs = name, legs


Point = collections.namedtuple('Point', 'x y')


def answer(command, expression, argument):
    try:
        value = eval(expression)
    except NameError:
        return 'missing'
    if command == 'dump':
        return pickle.dumps(value, argument).hex()
    loaded = pickle.loads(bytes.fromhex(argument))
    return 'same' if loaded == value and type(loaded) is type(value) and str(loaded) == str(value) else repr(loaded)


def main():
    for line in sys.stdin:
        print(json.dumps(answer(*json.loads(line))))


main()
