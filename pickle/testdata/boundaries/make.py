"""Pickles values at the boundaries of the format, for TestBoundaries of package pickle:

    python3.13 make.py > python-3.13.tsv

Each line is a kind of value, a number that says which one, a protocol, the length of the pickle, its first bytes, and its SHA-256. The
kinds are made again in boundaries_test.go.
"""
import hashlib
import pickle

SIZES = [0, 1, 2, 3, 254, 255, 256, 257, 65523, 65530, 65534, 65535, 65536, 65537, 131072]
COUNTS = [0, 1, 2, 3, 4, 999, 1000, 1001, 1999, 2000, 2001]
MEMO = [1, 63, 126, 127, 128, 253, 254, 255, 256, 257, 300]
KINDS = {
    'ascii': (SIZES, lambda n: 'x' * n),
    'latin': ([1, 127, 128, 32767, 32768], lambda n: '\xe9' * n),
    'wide': ([1, 63, 64, 16384], lambda n: '\U0001f600' * n),
    'bytes': (SIZES, lambda n: b'\x00' * n),
    'bytearray': (SIZES, bytearray),
    'list': (COUNTS, lambda n: [7] * n),
    'tuple': (COUNTS, lambda n: (7,) * n),
    'dict': (COUNTS, lambda n: dict.fromkeys(range(n))),
    'set': (COUNTS, lambda n: set(range(n))),
    'frozenset': (COUNTS, lambda n: frozenset(range(n))),
    # Lists that stand in it twice: GET, BINGET and LONG_BINGET of each.
    'memo': (MEMO, lambda n: [[] for _ in range(n)] * 2),
    # Enough small values to fill frames.
    'frames': ([1, 63, 64, 65, 66, 130, 131, 132], lambda n: [(b'%04d' % i) * 250 for i in range(n)]),
    'depth': ([1, 2, 100, 300], lambda n: nested(n)),
    # 2 ** n, and one less and more, and the negative ones.
    'power': ([0, 1, 7, 8, 15, 16, 30, 31, 32, 62, 63, 64, 127, 255, 256, 2038, 2039, 2040, 2047], lambda n: 2 ** n),
    'below': ([1, 7, 8, 15, 16, 31, 32, 63, 64, 2039, 2040], lambda n: 2 ** n - 1),
    'above': ([7, 8, 15, 16, 31, 32, 63, 64, 2039, 2040], lambda n: 2 ** n + 1),
    'negative': ([0, 7, 8, 15, 16, 31, 32, 63, 64, 2039, 2040], lambda n: -2 ** n),
    'lower': ([7, 8, 15, 16, 31, 32, 63, 64, 2039, 2040], lambda n: -2 ** n - 1),
}


def nested(n):
    value = []
    for _ in range(n):
        value = [value]
    return value


for kind, (numbers, make) in KINDS.items():
    for number in numbers:
        for protocol in range(6):
            data = pickle.dumps(make(number), protocol)
            print(kind, number, protocol, len(data), data[:12].hex(), hashlib.sha256(data).hexdigest(), sep='\t')
