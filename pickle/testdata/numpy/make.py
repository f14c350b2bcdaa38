"""Prints pickles of numpy arrays, scalars and other objects, one a line as JSON:

    name       what is pickled
    python     the minor version of the Python 3 that does it
    protocol   2 to 5
    pickle     the pickle, in base64
    buffers    the buffers that protocol 5 put outside of it, if any, in base64
    readonly   whether these may not be written to
    copy       the pickle of numpy's own copy that has its rows first, when it pickles the elements so because the array is not contiguous
    written    whether a Go array that was read from the pickle has to be written as that again
    go         the Go type of the elements, empty when there is none
    shape      the lengths of the dimensions
    elements   the repr of each element, rows first; null for many

Run it with each numpy to store: python make.py > numpy-VERSION.jsonl
"""
import base64
import json
import pickle
import sys
import warnings

import numpy as np

warnings.simplefilter('ignore')

CUBE = np.arange(24, dtype='<f8').reshape(2, 3, 4)
SQUARE = np.array([[1, 'two'], [None, [2.5, (3,)]], [True, b'b']], dtype=object)
PAIR = [('a', '<i4'), ('b', '<f8')]

# Arrays by their layout.
ARRAYS = {
    'layout/one dimension': np.arange(3, dtype='<f8') / 2,
    'layout/rows first': np.arange(6, dtype='<f8').reshape(2, 3) / 2,
    'layout/columns first': np.asfortranarray(np.arange(6, dtype='<f8').reshape(2, 3)),
    'layout/three dimensions': CUBE,
    'layout/three dimensions, columns first': np.asfortranarray(CUBE),
    'layout/no dimension': np.array(1.5),
    'layout/empty': np.zeros((0,), '<f8'),
    'layout/empty of three dimensions': np.zeros((2, 0, 3), '<f8'),
    'layout/empty, columns first': np.zeros((2, 0), '<f8', order='F'),
    'layout/one of three dimensions': np.ones((1, 1, 1), '<f8', order='F'),
    'layout/a row of a matrix': np.arange(3, dtype='<f8').reshape(1, 3),
    'layout/a column of a matrix': np.arange(3, dtype='<f8').reshape(3, 1),
    'layout/every second column': CUBE[0, :, ::2],
    'layout/every second column, columns first': np.asfortranarray(CUBE[0])[::2],
    'layout/reversed': CUBE[::-1],
    'layout/a column': CUBE[0, :, 1],
    'layout/transposed': CUBE.T,
    'layout/axes 2 0 1': CUBE.transpose(2, 0, 1),
    'layout/axes 1 0 2': CUBE.swapaxes(0, 1),
    'layout/axes 1 2 0 of int16': np.arange(24, dtype='>i2').reshape(2, 3, 4).transpose(1, 2, 0),
    'layout/axes of four dimensions': np.arange(48, dtype='<u2').reshape(2, 3, 4, 2).transpose(3, 1, 0, 2),
    'layout/axes 1 0 2 of one row': np.arange(6, dtype='<f8').reshape(1, 2, 3).swapaxes(0, 1),
    'layout/broadcast': np.broadcast_to(np.float64(1.5), (2, 2)),
    'layout/read-only': np.frombuffer(b'12345678', '<i4'),
    'layout/read-only, columns first': np.frombuffer(b'12345678', '<i2').reshape(2, 2).T,
    'layout/of 72 kB': np.zeros(9000, '<f8'),
    # Arrays by their elements.
    'bool': np.array([True, False, True]),
    'i1': np.array([-128, 127], 'i1'),
    'u1': np.array([0, 255], 'u1'),
    'f2': np.array([0, 1, -2.5, 65504, 6e-8, np.inf], '<f2'),
    'big f2': np.array([0, 1, -2.5], '>f2'),
    'longdouble': np.array([1.5, -2], np.longdouble),
    'clongdouble': np.array([1.5 - 2j], np.clongdouble),
    'bytes': np.array([b'a', b'xyz', b'', b'\xff']),
    'bytes of nothing': np.array([b'', b'']),
    'text': np.array(['a', 'h\u00e9', '', '\U0001f600']),
    'text of nothing': np.array(['', '']),
    'big text': np.array(['ab', '\u20ac'], '>U2'),
    'text, columns first': np.asfortranarray(np.array([['a', 'b'], ['c', 'dd']])),
    'void': np.array([b'ab', b'cde'], 'V3'),
    'objects': np.array([1, 'two', None], dtype=object),
    'objects, rows first': SQUARE,
    'objects, columns first': np.asfortranarray(SQUARE),
    'objects, no dimension': np.array(None, dtype=object),
    'objects, empty': np.zeros((0, 2), dtype=object),
    'objects, every second': SQUARE[::2],
    'objects, axes 2 0 1': np.arange(24).astype(object).reshape(2, 3, 4).transpose(2, 0, 1),
    'structured': np.array([(1, 2.5), (3, 4.5)], PAIR),
    'structured, aligned': np.zeros(2, np.dtype(PAIR, align=True)),
    'structured, nested': np.array([((1, 2), 3)], [('in', [('x', 'u1'), ('y', '>u2')]), ('z', 'i1')]),
    'structured, subarrays': np.array([([1, 2], [[3, 4], [5, 6]])], [('a', '<i4', (2,)), ('b', '<i2', (2, 2))]),
    'structured, subarrays of text': np.array([(['x', 'yy'],)], [('a', '<U2', (2,))]),
    'structured, text': np.array([('a', b'b')], [('u', '<U3'), ('s', 'S2')]),
    'structured, dates': np.array([(1, '2020')], [('a', '<i4'), ('m', 'M8[Y]')]),
    'structured, with gaps': np.zeros(1, {'names': ['a', 'b'], 'formats': ['<i4', '<f8'], 'offsets': [4, 16], 'itemsize': 32}),
    'structured, overlapping': np.zeros(1, {'names': ['a', 'b'], 'formats': ['<i4', '<i2'], 'offsets': [0, 2], 'itemsize': 4}),
    'structured, out of order': np.zeros(1, {'names': ['a', 'b'], 'formats': ['<i4', '<i2'], 'offsets': [2, 0], 'itemsize': 6}),
    'structured, empty': np.zeros(2, []),
    'structured, columns first': np.zeros((2, 2), PAIR, order='F'),
    'structured, no dimension': np.array((1, 2.5), PAIR),
}
for kind in 'i2 i4 i8 u2 u4 u8 f4 f8 c8 c16'.split():
    for order in '<>':
        ARRAYS[order + kind] = np.array([0, 1, 2, 100], order + kind)
ARRAYS['extreme i8'] = np.array([-2**63, 2**63 - 1, -1], '<i8')
ARRAYS['extreme u8'] = np.array([0, 2**64 - 1], '>u8')
ARRAYS['extreme f8'] = np.array([np.nan, np.inf, -np.inf, -0.0, 5e-324, 1.7976931348623157e308], '<f8')
ARRAYS['extreme c16'] = np.array([complex(-0.0, np.inf), 1 - 2j], '>c16')
for unit in 'Y M W D h m s ms us ns ps fs as'.split():
    ARRAYS['M8[%s]' % unit] = np.array([0, -1, 2**40], 'i8').view('M8[%s]' % unit)
    ARRAYS['m8[%s]' % unit] = np.array([0, -1, 2**40], 'i8').view('m8[%s]' % unit)
for name in ('M8[25s]', 'm8[7D]', 'M8', 'm8'):
    ARRAYS[name] = np.array([-2**63, 5], 'i8').view(name)
ARRAYS['big M8[ms]'] = np.array([1, 2], '>i8').view('>M8[ms]')
ARRAYS['M8[D], no dimension'] = np.array('2020-01-01', 'M8[D]')
ARRAYS['M8[D], columns first'] = np.zeros((2, 3), 'M8[D]', order='F')
ARRAYS['m8[s], axes 2 0 1'] = CUBE.astype('i8').view('m8[s]').transpose(2, 0, 1)

SCALARS = {'scalar/' + t.__name__: t(1) for t in (
    np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64, np.float16, np.float32, np.float64, np.longdouble,
    np.complex64, np.complex128, np.clongdouble, np.longlong, np.ulonglong)}
SCALARS.update({
    'scalar/False': np.bool_(False), 'scalar/int64 lowest': np.int64(-2**63), 'scalar/uint64 highest': np.uint64(2**64 - 1), 'scalar/nan': np.float64('nan'),
    'scalar/complex': np.complex128(1.5 - 2j), 'scalar/str': np.str_('ab\u20ac'), 'scalar/bytes': np.bytes_(b'ab'), 'scalar/void': np.void(b'abc'),
    'scalar/date': np.datetime64('2020-01-01', 'D'), 'scalar/NaT': np.datetime64('NaT', 's'), 'scalar/timedelta': np.timedelta64(-1, 'ns'),
    'scalar/structured': ARRAYS['structured'][0], 'scalar/big': np.array([1.5], '>f8')[0],
})

# What is no array in Go, or not all of it: it stays the object that it is.
OTHERS = {
    'other/matrix': np.matrix([[1, 2]]),
    'other/recarray': np.array([(1, 2.5)], PAIR).view(np.recarray),
    'other/masked': np.ma.array([1, 2], mask=[0, 1]),
    'other/titles': np.array([(1,)], [(('title', 'a'), '<i4')]),
    'other/metadata': np.zeros(1, np.dtype('<f8', metadata={'a': 1})),
    'other/structured objects': np.array([(1, 'x')], [('a', '<i4'), ('o', 'O')]),
    'other/dtypes': [np.dtype('<f8'), np.dtype('>f8'), np.dtype('U3'), np.dtype(PAIR), np.dtype('M8[ns]'), np.dtype(object)],
    'other/types': [np.float64, np.ndarray, np.dtype],
    'other/ufunc': np.add,
    'other/list of scalars': [np.float64(1), np.float64(2), np.float64(1)],
    'other/list of arrays': [CUBE[0], CUBE[0], np.asfortranarray(CUBE[0])],
    'other/the same array twice': [CUBE] * 2,
    'other/dict of arrays': {'x': CUBE[0, 0], 'y': np.array(['a'])},
    'other/generator state': np.random.RandomState(1).get_state(),
}
if hasattr(np, 'dtypes') and hasattr(np.dtypes, 'StringDType'):
    OTHERS['other/StringDType'] = np.array(['a', 'b'], np.dtypes.StringDType())

GO = {'b': 'bool', 'i': 'int64', 'u': 'uint64', 'f': 'float64', 'c': 'complex128', 'M': 'int64', 'm': 'int64', 'U': 'string', 'S': 'bytes', 'O': 'any'}


def base64_of(data):
    return base64.b64encode(data).decode()


def describe(value):
    """Returns what Go is to make of an array or scalar."""
    array = np.asarray(value)
    if array.dtype.kind in 'mM':
        array = array.astype(array.dtype.newbyteorder('=')).view('i8')
    go = GO.get(array.dtype.kind, '')
    if go == 'any' and not array.shape:
        go = ''  # it is the array itself that an any takes
    if go in ('float64', 'complex128') and array.dtype.itemsize > {'f': 8, 'c': 16}[array.dtype.kind]:
        go = ''
    elements = [repr(x) for x in array.ravel().tolist()] if go and array.size < 1000 else None
    return {'go': go, 'shape': list(array.shape), 'elements': elements}


def records(name, value, written, about):
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        data = pickle.dumps(value, protocol)
        row = dict(about, name=name, protocol=protocol, pickle=base64_of(data), written=written)
        if written and isinstance(value, np.ndarray) and not value.flags.forc and b'_frombuffer' not in data:
            row['copy'] = base64_of(pickle.dumps(np.array(value, order='C'), protocol))
        yield row
    if pickle.HIGHEST_PROTOCOL >= 5:
        buffers = []
        data = pickle.dumps(value, 5, buffer_callback=buffers.append)
        if buffers:
            yield dict(about, name=name + ', out of band', protocol=5, pickle=base64_of(data), written=written,
                       buffers=[base64_of(b.raw()) for b in buffers], readonly=[b.raw().readonly for b in buffers])


for values, written in ((ARRAYS, True), (SCALARS, True), (OTHERS, False)):
    for name, value in values.items():
        about = describe(value) if written else {}
        for row in records(name, value, written, about):
            print(json.dumps(dict(row, python=sys.version_info[1]), sort_keys=True))
