"""Prints what Python says of its exceptions, one JSON document a line.

First {"tree": {class: [all its bases]}} for the built-in classes; then for each expression of standard input that makes an exception
{"expression", "pickles": {protocol: hex}, "str", "line", "bases"}: line is the last one of a traceback.
"""
import builtins
import json
import pickle
import sys
import traceback


def name(cls):
    return cls.__qualname__ if cls.__module__ == 'builtins' else cls.__module__ + ':' + cls.__qualname__


def bases(cls):
    return [name(base) for base in cls.__mro__ if base is not object]


classes = [c for c in vars(builtins).values() if isinstance(c, type) and issubclass(c, BaseException)]
print(json.dumps({'tree': {name(c): bases(c) for c in classes if not c.__name__.startswith('_')}}))


class Nothing(object):
    __slots__ = ()


def raised(function, *args):
    try:
        function(*args)
    except BaseException as error:
        error.__traceback__ = None
        return error


for expression in sys.stdin:
    try:
        error = eval(expression)
    except NameError:
        continue  # a class that this version does not have
    lines = traceback.format_exception(type(error), error, None)
    if isinstance(error, SyntaxError) or hasattr(error, 'exceptions'):
        lines = ['']  # it has lines of its own
    print(json.dumps({
        'expression': expression.strip(),
        'pickles': {p: pickle.dumps(error, p).hex() for p in range(pickle.HIGHEST_PROTOCOL + 1)},
        'str': str(error), 'line': lines[-1].rstrip('\n'), 'bases': bases(type(error))}))
