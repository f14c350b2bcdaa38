"""The corpus: values of every kind, by name. cases_standard.py adds the standard library's, cases_apart.py
objects that CPython usually shares, and make.py pickles them all.

The four files are one program, in this order: the classes in them belong to __main__. It runs on Python 2.7 and on 3.6 and later.
"""
from __future__ import print_function

import sys

PY2 = sys.version_info[0] == 2
if PY2:
    import cPickle as pickle
    import copy_reg as copyreg
    text, unichar, biglong = unicode, unichr, long  # noqa: F821
else:
    import copyreg
    import pickle
    text, unichar, biglong = str, chr, int

import array
import collections
import datetime
import decimal
import fractions
import functools
import operator
import time
import types
import uuid

CASES = collections.OrderedDict()


def case(name, value):
    assert name not in CASES, name
    CASES[name] = value


def optional(name, make):
    """Adds the case unless this Python does not have what it is made of."""
    try:
        value = make()
    except (AttributeError, ImportError, NameError, TypeError, KeyError, ValueError, OverflowError):
        return
    if name not in CASES:  # Python 2 has two names for some things
        case(name, value)


def fresh(s):
    """An equal str that is a different object."""
    return (s + u'x')[:-1] if isinstance(s, text) else (s + b'x')[:-1]


# --- scalars --------------------------------------------------------------------------------------

case('none', None)
case('true', True)
case('false', False)
case('ellipsis', Ellipsis)
case('not-implemented', NotImplemented)

for bits in (0, 1, 7, 8, 9, 15, 16, 17, 23, 24, 31, 32, 33, 39, 40, 47, 48, 55, 56, 62, 63, 64, 65, 71, 72, 127, 128, 255, 256,
             1023, 1024, 2031, 2032, 2039, 2040, 2047, 2048, 4096):
    for delta in (-1, 0, 1):
        case('int/2^%d%+d' % (bits, delta), 2 ** bits + delta)
        case('int/-2^%d%+d' % (bits, delta), -2 ** bits + delta)
case('int/digits', int('1234567890' * 100))
for n in (100, 127, 128, 129, 254, 255, 256, 257, 511, 512):
    case('int/all-ones-%d' % n, (1 << n * 8) - 1)
    case('int/sign-%d' % n, -(1 << n * 8 - 1))

FLOATS = ['0.0', '-0.0', '1.0', '-1.0', '0.1', '0.5', '1e15', '1e16', '1e17', '9999999999999998.0', '123456789012345680.0', '1e22',
          '1e23', '1e-4', '1e-5', '0.0001234', '0.00001234', '5e-324', '2.2250738585072014e-308', '1.7976931348623157e308', 'inf',
          '-inf', 'nan', '3.141592653589793', '2.5', '1e100', '1.5e-7', '-1e300', '100000.0', '123456.789', '4503599627370496.5',
          '9007199254740993.0', '0.30000000000000004', '1e21', '12345678901234567890.0']
for f in FLOATS:
    case('float/' + f, float(f))
for re, im in ((0.0, 0.0), (1.0, 2.0), (-0.0, -0.0), (0.0, -1.0), (float('inf'), float('nan')), (1e16, 1e-5), (2.5, -0.0), (-1.5, 0.0)):
    case('complex/%r,%r' % (re, im), complex(re, im))

# --- text and bytes -------------------------------------------------------------------------------

TEXTS = {
    'empty': u'', 'one': u'a', 'ascii': u'hello', 'nul': u'a\0b', 'cr': u'a\rb', 'lf': u'a\nb', 'ctrl-z': u'a\x1ab', 'tab': u'a\tb',
    'backslash': u'a\\b', 'escape-like': u'\\u0041', 'quote': u"it's", 'double-quote': u'say "x"', 'both-quotes': u'\'"', 'del': u'\x7f',
    'all-controls': u''.join(map(unichar, range(32))), 'latin1-one': u'\xe9', 'latin1': u'\xe9\xff\xa0\xad', 'c1': u'\x80\x9f', 'bmp': u'\u20ac\u4e2d',
    'bmp-one': u'\u20ac', 'astral': u'\U0001f600x', 'astral-one': u'\U0001f600', 'last': u'\U0010ffff', 'noncharacter': u'\ufffe\uffff',
    'bom': u'\ufeffx', 'line-separators': u'\x85\u2028\u2029', 'spaces': u'\u2000\u3000\u202f', 'combining': u'e\u0301', 'rtl': u'\u202e\u05d0',
    'private': u'\ue000', 'unassigned': u'\u0378', 'zero-width': u'\u200b\u200d', 'soft-hyphen': u'\xad', 'newlines': u'\r\n\n\r', 'space': u' ',
    'cjk': u'\u4e2d\u6587' * 40, 'hangul': u'\ud55c', 'latin1-255': u'\xff', 'nul-one': u'\0', 'nl-one': u'\n', 'backslash-one': u'\\',
}
if not PY2:
    TEXTS.update({'lone-high': u'\ud800', 'lone-low': u'\udfff', 'lone-mid': u'a\udc80b', 'reversed-pair': u'\udc00\ud800',
                  'split-pair': u'\ud83d' + u'\ude00'})
for name in sorted(TEXTS):
    case('str/' + name, TEXTS[name])
for n in (2, 127, 128, 254, 255, 256, 257, 1000, 4096, 65534, 65535, 65536, 65537, 100000):
    case('str/length-%d' % n, u'x' * n)
for n in (127, 128, 32767, 32768):
    case('str/two-byte-%d' % n, u'\xe9' * n)
case('str/three-byte-21846', u'\u20ac' * 21846)
case('str/every-latin1', u''.join(map(unichar, range(256))))
case('str/latin1-chars', [unichar(i) for i in range(256)] + [unichar(i) for i in range(256)])
case('str/empty-twice', [u'', u''])
case('str/equal-not-same', [fresh(u'abc'), fresh(u'abc')])
case('str/same', [fresh(u'abc')] * 3)

if not PY2:
    BYTES = {'empty': b'', 'one': b'a', 'ascii': b'hello', 'nul': b'\0', 'high': b'\xff\xfe', 'newline': b'a\nb', 'quote': b"it's",
             'double-quote': b'"', 'both-quotes': b'\'"', 'backslash': b'a\\b', 'all': bytes(range(256)), 'tabs': b'\t\r\n'}
    for name in sorted(BYTES):
        case('bytes/' + name, BYTES[name])
        case('bytearray/' + name, bytearray(BYTES[name]))
    for n in (2, 254, 255, 256, 257, 4096, 65534, 65535, 65536, 65537, 100000):
        case('bytes/length-%d' % n, b'x' * n)
        case('bytearray/length-%d' % n, bytearray(b'\x80' * n))
    case('bytes/singles', [bytes([i]) for i in range(256)] + [b'a', b'a', b'', b''])
    case('bytes/twice', [fresh(b'abc'), fresh(b'abc'), fresh(b'abd')])
    case('bytes/same', [fresh(b'abc')] * 2)
    b = fresh(b'shared')
    case('bytes/shared-with-bytearray', [b, bytearray(b), b])
    ba = bytearray(b'xyz')
    case('bytearray/same', [ba, ba, bytearray(ba)])
    case('bytes/latin1-name', [b'ab', 'latin1', b'cd'])
    case('bytes/builtins-name', [1j, 'builtins', bytearray(b'q'), int, {1}, frozenset([2])])
else:
    for name, value in (('empty', b''), ('ascii', b'hello'), ('quote', b"it's"), ('newline', b'a\nb'), ('nul', b'a\0b'), ('backslash', b'a\\b'),
                        ('double-quote', b'"'), ('both-quotes', b'\'"'), ('tab', b'\t\r')):
        case('str2/' + name, value)
    for n in (127, 128, 254, 255, 256, 257, 4096, 65536):
        case('str2/length-%d' % n, b'x' * n)
    case('bytearray/ascii', bytearray(b'hello'))
    case('bytearray/empty', bytearray())
    for n in (1, -1, 255, 256, 2 ** 31, 2 ** 40):
        case('long2/%d' % n, biglong(n))

# --- containers -----------------------------------------------------------------------------------

case('tuple/empty', ())
case('tuple/empties', ((), ((),), [()], ()))
for n in (1, 2, 3, 4, 5, 10, 255, 256, 1000, 1001, 2000):
    case('tuple/length-%d' % n, tuple(range(n)))
for n in (0, 1, 2, 3, 998, 999, 1000, 1001, 1002, 1999, 2000, 2001, 3000):
    case('list/length-%d' % n, list(range(n)))
    case('list/of-strings-%d' % n, [u'item %d' % i for i in range(n)])
    case('dict/length-%d' % n, collections.OrderedDict((i, i) for i in range(n)) if PY2 else {i: i for i in range(n)})
    case('dict/of-strings-%d' % n, {u'%06d' % i: [i] for i in range(n)})
    case('set/length-%d' % n, set(range(n)))
    case('frozenset/length-%d' % n, frozenset(range(n)))
    case('ordered-dict/length-%d' % n, collections.OrderedDict((i, -i) for i in range(n)))
    case('deque/length-%d' % n, collections.deque(range(n)))
case('list/mixed', [1, 2.5, u'three', None, True, (4, 5), {u'six': 7}, [8], b'nine'])
case('list/nested', [[[[[]]]]])
case('list/deep', functools.reduce(lambda inner, _: [inner], range(100), []))
case('tuple/deep', functools.reduce(lambda inner, _: (inner,), range(100), ()))
case('dict/deep', functools.reduce(lambda inner, _: {u'k': inner}, range(100), {}))
case('dict/mixed-keys', {1: u'int', 2.5: u'float', u's': u'str', None: 0, (1, 2): u'tuple', b'b': u'bytes', frozenset([1]): u'fs'})
case('dict/bool-keys', {True: 1, False: 0})
case('set/strings', {u'one'})
case('set/mixed', {1, u'a', None, (1, 2)})
case('set/nested', {frozenset([frozenset([1])])})
case('frozenset/strings', frozenset([u'one']))

# --- sharing and recursion ------------------------------------------------------------------------

shared_list, shared_dict, shared_tuple, shared_set = [1], {u'a': 1}, (1, [2]), {1}
case('shared/list', [shared_list, shared_list, [1]])
case('shared/dict', [shared_dict, shared_dict, {u'a': 1}])
case('shared/tuple', [shared_tuple, shared_tuple, (1, [2])])
case('shared/set', [shared_set, shared_set, frozenset([5])])
case('shared/all', [shared_list, (shared_list, shared_dict), {u'k': shared_tuple, u'l': shared_set}, shared_tuple, shared_set])
key = fresh(u'key')
case('shared/keys', [{key: 1}, {key: 2}, {fresh(u'key'): 3}])
fs = frozenset([1, 2])
case('shared/frozenset', [fs, fs])
c = 1 + 2j
case('shared/complex', [c, c, complex(1, 2)])
value = 3.25
case('shared/float', [value, value])
big = 2 ** 100
case('shared/int', [big, big])

r = []
r.append(r)
case('recursive/list', r)
r = {}
r[u'self'] = r
case('recursive/dict', r)
r = ([],)
r[0].append(r)
case('recursive/tuple', r)
r = ([], 1, 2, 3, 4)
r[0].append(r)
case('recursive/tuple-long', r)
r = []
t = (r, r)
r.append(t)
case('recursive/list-of-tuple', r)
r = {}
t = (1, r)
r[t[0]] = t
case('recursive/dict-of-tuple', t)
r = [[], []]
r[0].append(r[1])
r[1].append(r[0])
case('recursive/mutual', r)
r = ({}, [], 3)
r[0][u'x'] = r
r[1].append(r)
case('recursive/tuple-three', r)
r = ([], [])
r[0].append(r)
r[1].append(r)
case('recursive/tuple-two', r)

# --- memo and frame boundaries --------------------------------------------------------------------

for n in (253, 254, 255, 256, 257, 258):
    items = [u's%d' % i for i in range(n)]
    case('memo/%d' % n, [items, items[-3:], items[0], items[250:]])
items = [[] for i in range(65540)]
case('memo/65540', [items, items[0], items[65530:]])
for n in (65535, 65536, 65537):
    case('frame/bytes-%d' % n, [1, b'y' * n if not PY2 else u'y' * n, u'after', 2])
for n in (0, 1, 2, 3):
    case('frame/tail-%d' % n, [u'z' * 65536, [u''] * n])
for n in range(65500, 65540, 3):
    case('frame/one-string-before-%d' % n, [u'a' * n, u'bc', u'de'])
for n in (10920, 10921, 10922, 10923, 13105, 13106, 13107, 13108, 21840, 21845, 21850, 32760, 32768, 32775):
    case('frame/small-items-%d' % n, [1000 + i % 7 for i in range(n)])
case('frame/many-strings', [u'string number %d' % i for i in range(9000)])
case('frame/large-in-middle', [u'a' * 40000, u'b' * 70000, u'c' * 40000, u'd' * 65536, u'e' * 65535, u'f' * 65535, 1])
case('frame/large-first', (u'b' * 70000,))
case('frame/large-dict', {u'%05d' % i: (u'v' * 50, i) for i in range(2500)})
case('frame/ends-empty', u'q' * 65536)
case('frame/two-large', [u'q' * 65536, u'r' * 65537])
case('frame/tuple-of-large', (u'q' * 65536, u'r' * 65537, u's' * 65538))

# --- classes and functions ------------------------------------------------------------------------

for cls in (int, str, float, list, dict, tuple, set, frozenset, bytes, bytearray, complex, object, type, range, slice, bool, property, staticmethod,
            classmethod, super, enumerate, zip, map, filter, reversed, memoryview, BaseException, Exception, collections.OrderedDict,
            collections.deque, collections.defaultdict, datetime.datetime, decimal.Decimal, fractions.Fraction, uuid.UUID, functools.partial):
    optional('class/' + cls.__name__, lambda: cls)
for fn in (len, abs, print, repr, sorted, sum, max, divmod, getattr, operator.add, functools.reduce, time.time, isinstance):
    optional('function/' + fn.__name__, lambda: fn)
case('class/nonetype', type(None))
case('class/ellipsis', type(Ellipsis))
case('class/notimplemented', type(NotImplemented))
case('class/nonetype-twice', [type(None), None, type(None)])
case('class/shared', [int, dict, int, len, abs, len])
case('class/many', [int, str, float, list, dict, tuple, set, frozenset, object, complex, bool, bytes, type, slice, range, int, slice])
optional('class/urllib', lambda: __import__('urllib.parse').parse.quote)
optional('class/itertools', lambda: __import__('itertools').count(3))
optional('class/operator', lambda: operator.itemgetter(1, 2))
optional('class/attrgetter', lambda: operator.attrgetter(u'a.b'))
optional('class/methodcaller', lambda: operator.methodcaller('m', 1, k=2))
optional('class/bound-method', lambda: [1, 2].append)
optional('class/bound-classmethod', lambda: datetime.datetime.now)
optional('class/str-method', lambda: u'abc'.upper)
optional('class/unbound', lambda: u''.join)


class Plain(object):
    def __init__(self, **kw):
        self.__dict__.update(kw)

    def method(self):
        return 1

    class Nested(object):
        class Deeper(object):
            pass

        def method(self):
            return 2


class Classic:
    def __init__(self, *args):
        self.args = args


class ClassicInitArgs:
    def __init__(self, *args):
        self.args = args

    def __getinitargs__(self):
        return self.args


class Slots(object):
    __slots__ = ('a', 'b')

    def __init__(self, a=None, b=None):
        self.a, self.b = a, b


class SlotsAndDict(Slots):
    pass


class GetState(object):
    def __init__(self, x):
        self.x = x

    def __getstate__(self):
        return (self.x, u'state')

    def __setstate__(self, state):
        self.x = state[0]


class FalseState(object):
    def __getstate__(self):
        return 0

    def __setstate__(self, state):
        pass


class NewArgs(object):
    def __new__(cls, *args):
        return object.__new__(cls)

    def __init__(self, *args):
        self.args = args

    def __getnewargs__(self):
        return self.args


class NewArgsEx(object):
    def __new__(cls, *args, **kwargs):
        self = object.__new__(cls)
        self.got = args, kwargs
        return self

    def __getnewargs_ex__(self):
        return self.got


class Reduced(object):
    def __init__(self, *args):
        self.args = args

    def __reduce__(self):
        return Reduced, self.args


class Global(object):
    def __reduce__(self):
        return 'GLOBAL'


GLOBAL = Global()


class ReducedFull(object):
    def __init__(self, n, state=None, items=(), pairs=()):
        self.n, self.state, self.items, self.pairs = n, state, items, pairs

    def __reduce__(self):
        return ReducedFull, (self.n,), self.state, iter(self.items), iter(self.pairs)

    def append(self, x):
        pass

    def extend(self, x):
        pass

    def __setitem__(self, k, v):
        pass

    def __setstate__(self, s):
        pass


def set_state(obj, state):
    obj.x = state


class Setter(object):
    def __init__(self, x):
        self.x = x

    def __reduce_ex__(self, protocol):
        return Setter, (None,), self.x, None, None, set_state


class MyList(list):
    pass


class MyDict(dict):
    pass


class MySet(set):
    pass


class MyFrozenSet(frozenset):
    pass


class MyStr(text):
    pass


class MyInt(int):
    pass


class MyFloat(float):
    pass


class MyTuple(tuple):
    pass


class MyBytes(bytes):
    pass


class MyComplex(complex):
    pass


class MyByteArray(bytearray):
    pass


Point = collections.namedtuple('Point', 'x y')


class PointSub(Point):
    pass


def with_attrs(obj, **kw):
    for k in sorted(kw):
        setattr(obj, k, kw[k])
    return obj


case('class/user', Plain)
case('class/user-nested', [Plain.Nested, Plain, Plain.Nested.Deeper, Plain.Nested])
case('class/user-nested-only', Plain.Nested.Deeper)
case('object/nested', [Plain.Nested(), Plain.Nested.Deeper(), Plain.Nested()])
case('object/bound-method', Plain().method)
case('object/plain-empty', Plain())
case('object/plain', with_attrs(Plain(), a=1, b=[2], c=u'three'))
case('object/plain-two', [with_attrs(Plain(), a=1), with_attrs(Plain(), a=2)])
case('object/classic', Classic(1, 2))
case('object/classic-initargs', ClassicInitArgs(1, u'x'))
case('object/classic-initargs-none', ClassicInitArgs())
case('object/slots', Slots(1, u'b'))
case('object/slots-and-dict', with_attrs(SlotsAndDict(1, 2), c=3))
case('object/slots-only-dict', with_attrs(SlotsAndDict(), z=1))
case('object/getstate', GetState([1]))
case('object/false-state', FalseState())
for n in range(5):
    case('object/newargs-%d' % n, NewArgs(*range(n)))
    case('object/reduced-%d' % n, Reduced(*range(n)))
case('object/newargs-ex', NewArgsEx(1, 2, three=3))
case('object/newargs-ex-none', NewArgsEx())
case('object/newargs-ex-kw', NewArgsEx(a=u'x', b=[1]))
case('object/newargs-ex-shared', [NewArgsEx(1, k=2), NewArgsEx(3, k=4)])
case('object/global', GLOBAL)
case('object/global-twice', [GLOBAL, GLOBAL])
for n in (0, 1, 2, 999, 1000, 1001, 1002, 2000, 2001):
    case('object/reduced-items-%d' % n, ReducedFull(1, items=list(range(n))))
    case('object/reduced-pairs-%d' % n, ReducedFull(1, pairs=[(i, -i) for i in range(n)]))
case('object/reduced-full', ReducedFull(1, {u'a': 1}, [1, 2, 3], [(u'k', u'v')]))
case('object/reduced-state', ReducedFull(u'n', (1, 2)))
if sys.version_info >= (3, 8):
    case('object/setter', Setter({u'a': 1}))
    case('object/setter-twice', [Setter(1), Setter(2)])
case('object/my-list', MyList([1, 2, 3]))
case('object/my-list-attrs', with_attrs(MyList([1]), a=1))
for n in (0, 1, 1000, 1001):
    case('object/my-list-%d' % n, MyList(range(n)))
    case('object/my-dict-%d' % n, MyDict((i, i) for i in range(n)))
    case('object/my-set-%d' % n, MySet(range(n)))
case('object/my-dict', MyDict(a=1))
case('object/my-dict-attrs', with_attrs(MyDict(k=2), a=1))
case('object/my-set', with_attrs(MySet([1]), a=1))
case('object/my-frozenset', MyFrozenSet([1]))
case('object/my-str', MyStr(u'text'))
case('object/my-str-attrs', with_attrs(MyStr(u'text'), a=1))
case('object/my-int', MyInt(7))
case('object/my-float', MyFloat(1.5))
case('object/my-tuple', MyTuple((1, 2)))
case('object/my-bytes', MyBytes(b'ab'))
case('object/my-complex', MyComplex(1, 2))
case('object/my-bytearray', MyByteArray(b'ab'))
case('object/my-bytearray-attrs', with_attrs(MyByteArray(b''), a=1))
r = Plain()
r.self = r
case('recursive/object', r)
r = Plain()
r.items = [r, (r,)]
case('recursive/object-items', r)
r = MyList()
r.append(r)
case('recursive/my-list', r)
r = MyDict()
r[u'self'] = r
case('recursive/my-dict', r)
r = Reduced([])
r.args[0].append(r)
case('recursive/reduce-args', r)
r = NewArgs([])
r.args[0].append(r)
case('recursive/newargs', r)
if not PY2:
    r = MySet()
    o = Plain()
    o.s = {o}
    case('recursive/set', o)
    o = Plain()
    o.s = frozenset([o])
    case('recursive/frozenset', o.s)
    case('recursive/frozenset-object', o)
