"""Writes literals at the boundaries of Python's types and their repr, for TestBoundaries of package py:

    python3.13 make.py > python-3.13.tsv

Each line is a literal as ascii text and the repr of what it is.
"""
import ast
import sys

sys.stdout.reconfigure(encoding='utf-8')

INTS = [str(d + s * 2 ** n) for n in (0, 7, 8, 15, 16, 30, 31, 32, 53, 62, 63, 64, 127, 128) for s in (1, -1) for d in (-1, 0, 1)]
BASES = ['0x7fff_ffff_ffff_ffff', '0x8000000000000000', '-0x8000000000000000', '-0x8000000000000001', '0xffffffffffffffff', '0x10000000000000000', '0o777',
         '0b' + '1' * 63, '0b' + '1' * 64, '-0b1' + '0' * 63, '1_000', '0', '00', '-0']
FLOATS = ['0.0', '-0.0', '1e15', '1e16', '9999999999999998.0', '1e17', '123456789012345678.0', '1e22', '1e23', '0.0001', '0.00001', '0.00012', '0.000012', '5e-324', '2e-324',
          '1.7976931348623157e308', '1e309', '-1e309', '9007199254740992.0', '9007199254740993.0', '1.', '.5', '1e0', '1E5', '1e+5', '1_0.0_1', '1j', '-1j', '1+2j', '1-2j',
          '-1.5+0j', '0j', '1e16j']
POINTS = [0, 1, 7, 8, 9, 10, 11, 13, 26, 27, 31, 32, 33, 34, 39, 92, 126, 127, 128, 159, 160, 161, 172, 173, 174, 255, 256, 0x2ff, 0x300, 0x378, 0x7ff, 0x800, 0x1fff,
          0x2028, 0x3000, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xfeff, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x1f600, 0xe0001, 0xfffff, 0x10ffff]
TEXTS = [ascii(chr(p)) for p in POINTS] + [ascii('a%sb' % chr(p)) for p in POINTS if p != 92] + [
    r"'\x00'", r"'\xff'", r"'\377'", r"'\400'", r"'\777'", r"'\0'", r"'\08'", r"'\u00e9'", r"'\U0010ffff'", r"'\a\b\f\n\r\t\v'", r"""'\'"'""", '"\'"', '''"'\\""''', "r'\\n'",
    "'a' 'b'", "''", "b''", r"b'\x00\xff'", r"b'\377'", "b'\"'", 'b"\'"', "rb'\\x'", "b'a' b'b'", "b'\\t\\n\\r\\x1f ~\\x7f\\x80'"]
SHAPES = ['()', '(1,)', '(1, 2)', '[]', '[1]', '[1, 2]', '[1, 2,]', '{}', '{1: 2}', '{1: 2, 1: 3}', '{1}', '{1, 1}', '{True: 1, 1: 2}', '{1: 1, 1.0: 2}', '[[]]', '((),)', '[(1,), {}]',
          'None', 'True', 'False', '[None, True, False]', 'set()', '...', '[...]']

for text in INTS + BASES + FLOATS + TEXTS + SHAPES:
    print(text, repr(ast.literal_eval(text)), sep='\t')
for depth in (1, 2, 50, 90):
    print('[' * depth + ']' * depth, repr(ast.literal_eval('[' * depth + ']' * depth)), sep='\t')
