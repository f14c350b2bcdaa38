"""Calls methods of str, bytes and numbers with many arguments, and pickles each call with what came of it, for TestScalarMethods."""
import itertools
import pickle
import sys

calls = []


def play(value, method, *args, **kwargs):
    if not hasattr(value, method):
        return  # not of this Python
    try:
        outcome = ('returned', getattr(value, method)(*args, **kwargs))
    except Exception as ex:
        outcome = ('raised', type(ex).__name__)
    calls.append((value, method, args, kwargs, outcome))


texts = [u'', u'a', u'Hello World', u'  a  b \t c\n', u'stra\xdfe', u'\u0391\u03a3\u03a3 \u039f\u03a3. \u03a3', u'a,b,,c', u'\r\nx\ry\x0bz\x1c\u2028',
         u'\xe9t\xe9\U0001f600!', u'+42', u'-7', u'\u01c6x \u01c5', u'\u0130I\u0131', u'12\xb2\u0662', u'\u4e00\xbd', u'they\'re bill\'s', u'aaaa', u'tab\tbed\t\t',
         u'_id9', u'9id', u'\x1f \xa0', u'\ud800x', u'UPPER lower', u'{0} {}', u'a' * 300]
datas = [b'', b'a', b'Hello World', b'  a  b \t c\n', b'a,b,,c', b'\r\nx\ry\x0bz\x1c', b'\xff\xe9A', b'+42', b'-7', b'aaaa', b'tab\tbed\t\t', b'they\'re', b'12']
plain = ('capitalize casefold expandtabs isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle '
         'isupper lower lstrip rsplit rstrip split splitlines strip swapcase title upper encode decode hex').split()
for kind, values in ((str, texts), (bytes, datas)):
    def of(s):
        return s if kind is str else s.encode('latin-1')
    for value in values:
        for method in plain:
            if value[:1] in (u'\u01c6',) and method == 'capitalize' and sys.version_info < (3, 8):
                continue  # was upper case before
            play(value, method)
        parts = [of(s) for s in (u'', u'a', u'l', u'aa', u',', u' ', u'He', u'ld', u'xyz')] + [1, None, [1]]
        for part in parts:
            for method in 'count find index rfind rindex startswith endswith'.split():
                play(value, method, part)
                for start, end in ((0, 3), (1, None), (None, -1), (5, 2), (-3, 100), (100, None), (2 ** 70, None), (-2 ** 70, 2 ** 70), (u'x', None)):
                    play(value, method, part, start, end)
            for method in 'partition rpartition removeprefix removesuffix split rsplit strip lstrip rstrip'.split():
                play(value, method, part)
            for most in (-1, 0, 1, 2, 2 ** 40):
                play(value, 'split', part, most)
                play(value, 'rsplit', part, maxsplit=most)
            for new, most in itertools.product((of(u''), of(u'-+'), 3), (-1, 0, 2, 10 ** 9)):
                if value or most < 0 or sys.version_info >= (3, 9):  # before, nothing was put into an empty one
                    play(value, 'replace', part, new, most)
        for width in (-1, 0, 5, 12, 13, True, 2.0, None):
            for method in 'center ljust rjust'.split():
                play(value, method, width)
                play(value, method, width, of(u'*'))
                play(value, method, width, of(u'**'))
            play(value, 'zfill', width)
        for size in (0, 1, 4, -2, u'x'):
            play(value, 'expandtabs', size)
            play(value, 'expandtabs', tabsize=size)
        play(value, 'splitlines', True)
        play(value, 'splitlines', keepends=True)
        play(value, 'splitlines', keepends=0)
        play(value, 'startswith', (of(u'He'), of(u'')))
        play(value, 'startswith', (1,))
        play(value, 'endswith', ())
        for items in ([], [of(u'x')], (of(u'x'), of(u'y'), of(u'z')), [1], 5, {of(u'k'): 1}, u'abc', b'abc'):
            play(value, 'join', items)
        for encoding in ('utf-8', 'UTF8', 'ascii', 'latin-1', 'iso-8859-1', 3):
            for errors in ('strict', 'ignore', 'replace', 'backslashreplace') + (('xmlcharrefreplace',) if kind is str else ()):
                play(value, 'encode', encoding, errors)
                play(value, 'decode', encoding, errors=errors)
        play(value, 'title', 1)
        play(value, 'upper', x=1)
        play(value, 'split', u'a', 1, 2)
        play(value, 'no_such_method')
for data in (b'\xc3', b'\xc3(', b'\xe2\x82', b'\xe2(\xa1', b'\xf0\x9f\x98', b'\xf0\x9f\x98\x80', b'\xed\xa0\x80', b'\xc0\xaf', b'\xf5', b'a\x80b', b'\xe0\x80\x80', b'\xf4\x90\x80\x80'):
    for errors in ('strict', 'ignore', 'replace', 'backslashreplace'):
        play(data, 'decode', 'utf-8', errors)
for arg in (u'', u'00ff', u' 0 0', u'0', u'zz', u'ab cd EF', u'\xe9', b'00', 3):
    play(b'', 'fromhex', arg) if not (isinstance(arg, bytes) and sys.version_info >= (3, 14)) else None
if sys.version_info >= (3, 8):
    for sep, group in itertools.product((u':', b'-', u'::', u'', 3, u'\xe9'), (1, 2, -2, 3, 0)):
        play(b'\x00\x01\xfe\xff', 'hex', sep, group)
table = {97: u'x', 98: None, 99: 0x1f600, 100: u'long', 101: 2.5}
for value in texts[:5] + [u'abcd', u'e']:
    play(value, 'translate', table)
play(u'', 'maketrans', {u'a': 1, 98: None})
play(u'', 'maketrans', {u'ab': 1})
play(u'', 'maketrans', u'ab', u'cd', u'e')
play(u'', 'maketrans', u'ab', u'c')
play(b'', 'maketrans', b'ab', b'cd')
play(b'', 'maketrans', b'ab', b'c')
shift = bytes(bytearray((i + 1) % 256 for i in range(256)))
for args in ((shift,), (None,), (b'short',), (u'x',), (shift, b'ab'), (None, b'l')):
    play(b'Hello', 'translate', *args)
play(b'Hello', 'translate', None, delete=b'l')
for text, args, kwargs in ((u'{} {}', (1, u'x'), {}), (u'{1}{0}', (1.5, None), {}), (u'{a}-{b!r}', (), {'a': u'x', 'b': u'y'}), (u'{{}}', (), {}), (u'{', (), {}),
                           (u'}', (), {}), (u'{} {0}', (1,), {}), (u'{0} {}', (1,), {}), (u'{2}', (1,), {}), (u'{x}', (), {}), (u'{0[a]} {0[b]!r}', ({'a': 1, 'b': u'q'},), {}),
                           (u'{0[1]}{0[0]}', ([5, (1, 2)],), {}), (u'{!s}', ([1, u'a'],), {}), (u'{0[}', ([1],), {}), (u'{0[]}', ([1],), {}), (u'{0[9]}', ([1],), {})):
    play(text, 'format', *args, **kwargs)
play(u'{a} {b[0]}', 'format_map', {'a': 1, 'b': [2]})
play(u'{a}', 'format_map', {})
play(u'{}', 'format_map', {'a': 1})
integers = [0, 1, -1, 7, -8, 127, 128, -128, -129, 255, 256, 2 ** 63, -2 ** 63, 2 ** 64 + 3, -2 ** 200, True, False]
for value in integers:
    for method in 'as_integer_ratio bit_count bit_length conjugate is_integer real imag numerator denominator'.split():
        play(value, method)
        play(value, method, 1)
    for length, order, signed in itertools.product((0, 1, 2, 9, 30, -1, u'x'), (u'big', u'little', u'middle'), (True, False)):
        play(value, 'to_bytes', length, order, signed=signed)
    for data, order, signed in itertools.product((b'', b'\x00', b'\xff', b'\x80\x00', b'\x01\x02\x03\x04\x05\x06\x07\x08\x09', [1, 2], [256], u'x', 5), (u'big', u'little'), (True, False)):
        play(value, 'from_bytes', data, order, signed=signed)
floats = [0.0, -0.0, 1.0, 0.1, -2.5, 1e300, 5e-324, 2.2250738585072014e-308, float('inf'), float('-inf'), float('nan'), 3.0]
for value in floats:
    for method in 'as_integer_ratio conjugate hex is_integer real imag'.split():
        play(value, method)
        play(value, method, 1)
for text in (u'0x1p3', u'0x1.8p+1', u'-0x.8', u'1.8', u'  0xAp-2\n', u'inf', u'-Infinity', u'+nan', u'', u'0x', u'0x1p', u'x1', u'0x1p99999', u'0x1p-99999', u'1_0', u'--1', u'0x1.p1', u'.', 3):
    play(0.0, 'fromhex', text)
for value in (1 + 2j, -0j, 3.5j):
    for method in 'conjugate real imag'.split():
        play(value, method)
for number in (1, 2.5, 2 ** 2000, u'1', True, 1j):
    play(0.0, 'from_number', number)
    play(0j, 'from_number', number)
getattr(sys.stdout, 'buffer', sys.stdout).write(pickle.dumps(calls, 4))
