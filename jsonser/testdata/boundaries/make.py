"""Writes values at the boundaries of JSON as Python's json does, for TestBoundaries of package jsonser:

    python3.13 make.py > python-3.13.tsv

Each line is the repr of a value, what json.dumps makes of it, and the repr of what json.loads makes of that.
"""
import json

INTS = [d + s * 2 ** n for n in (0, 7, 8, 15, 16, 31, 32, 53, 62, 63, 64, 127, 128) for s in (1, -1) for d in (-1, 0, 1)]
FLOATS = [0.0, -0.0, 0.1, 1.5, -2.5, 1e15, 1e16, 1e17, 9999999999999998.0, 123456789012345680.0, 1e21, 1e22, 1e23, 1e100, 1e-3, 1e-4, 1e-5, 1.5e-4, 1.5e-5, 5e-324,
          2.2250738585072014e-308, 1.7976931348623157e308, 3.141592653589793, 1 / 3, 2.0 ** 53, 2.0 ** 63, -2.0 ** 63]
POINTS = [0, 1, 7, 8, 9, 10, 11, 12, 13, 14, 31, 32, 33, 34, 35, 46, 47, 48, 91, 92, 93, 126, 127, 128, 159, 160, 255, 256, 0x7ff, 0x800, 0x2028, 0x2029, 0xd7ff,
          0xe000, 0xfeff, 0xfffd, 0xffff, 0x10000, 0x10001, 0x1f600, 0x103ff, 0x10400, 0xfffff, 0x100000, 0x10ffff]
VALUES = INTS + FLOATS + [chr(p) for p in POINTS] + ['a%sb' % chr(p) for p in POINTS] + [
    '', 'x' * 255, 'x' * 256, '"' * 3, '\\' * 3, '\xe9' * 3, '\U0001f600' * 2,
    None, True, False, [], {}, (), [[]], [{}], {'a': []}, [1], [1, 2], (1, 2), [[1], [2]], [[[[[[]]]]]], {'a': 1}, {'a': 1, 'b': 2}, {'a': {'b': {'c': None}}},
    {1: 2}, {True: 1}, {False: 1}, {None: 1}, {1.5: 1}, {-0.0: 1}, {1e16: 1}, {2 ** 64: 1}, {'': ''}, {'\xe9': '\u20ac'}, [None, True, False, 0, 0.5, ''],
]

for value in VALUES:
    text = json.dumps(value)
    print(ascii(value), text, ascii(json.loads(text)), sep='\t')
