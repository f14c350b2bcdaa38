"""Evaluate literals with ast.literal_eval.

Reads a JSON array of texts from stdin and writes a JSON array of as many results: a canonical description of
the value as a string, or null where ast.literal_eval refuses the text.
"""
import ast
import json
import struct
import sys
import warnings


def describe(value):
    kind = type(value)
    if value is None or value is True or value is False:
        return repr(value)
    if value is Ellipsis:
        return "..."
    if kind is int:
        return "int %x" % value
    if kind is float:
        return "float " + bits(value)
    if kind is complex:
        return "complex " + bits(value.real) + " " + bits(value.imag)
    if kind is str:
        return "str " + value.encode("utf-8", "surrogatepass").hex()
    if kind is bytes:
        return "bytes " + value.hex()
    if kind is dict:
        return "dict[" + ",".join(describe(k) + ":" + describe(v) for k, v in value.items()) + "]"
    if kind is set:
        return "set[" + ",".join(sorted(describe(item) for item in value)) + "]"
    return kind.__name__ + "[" + ",".join(describe(item) for item in value) + "]"


def bits(value):
    return struct.pack(">d", value).hex()


def evaluate(text):
    try:
        return describe(ast.literal_eval(text))
    except (ValueError, SyntaxError, TypeError, OverflowError, MemoryError, RecursionError):
        return None


warnings.simplefilter("ignore")
json.dump([evaluate(text) for text in json.load(sys.stdin)], sys.stdout)
