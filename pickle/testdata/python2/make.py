"""Stores what Python 2.7 pickles and how Python 3 reads it: python2.7 make.py | python3 make.py > python-2.7.txt

Each line: how it was written, the pickle (base64), and the repr of what pickle.loads(..., encoding='latin-1') makes of it.
"""
from __future__ import print_function

import base64
import pickle
import sys

if sys.version_info[0] == 2:
    import cPickle
    import collections
    import datetime
    import decimal
    import fractions

    recursive = []
    recursive.append(recursive)
    shared = ["x"]

    VALUES = [
        None, True, False, 0, 255, 256, 65536, -1, 2**31, -2**31 - 1, 2**63, -2**63, 2**100, 10**30, 1.5, -0.0, 1e300, float("inf"),
        "", "text", "quote'\"", "caf\xc3\xa9", "\x00\n\r\\", u"", u"text", u"\xe9", u"\u20ac", u"\U0001f600", u"a\nb\\u", b"bytes",
        bytearray(b"abc\xff"), (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [1, [2]], {}, {"a": 1}, {"k": {u"n": [1]}},
        set([1]), frozenset([2]), complex(1, -2), Ellipsis, xrange(3), len, int, ValueError("x"), KeyError,
        recursive, [shared, shared], ["same", "same"], list(range(1001)), {1: 2, 3: 4}, "x" * 300, u"y" * 300,
        datetime.date(2020, 1, 2), datetime.datetime(2020, 1, 2, 3, 4, 5, 6), datetime.timedelta(1, 2, 3), decimal.Decimal("1.50"),
        fractions.Fraction(1, 3), collections.OrderedDict([("a", 1)]), collections.deque([1, 2]), collections.Counter("a"),
    ]
    for value in VALUES:
        for protocol in range(3):
            for module in (cPickle, pickle):
                try:
                    data = module.dumps(value, protocol)
                except Exception:
                    continue
                print(module.__name__, protocol, base64.b64encode(data))
else:
    for line in sys.stdin:
        module, protocol, data = line.split()
        value = pickle.loads(base64.b64decode(data), encoding="latin-1")
        print(module + " " + protocol, data, ascii(value), sep="\t")
