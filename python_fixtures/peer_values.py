"""Python's values in the JSON form of the conformance suite, both ways. interop/PROTOCOL.md describes the form."""

import base64
import collections
import datetime
import decimal
import enum
import fractions
import functools
import importlib
import pathlib
import types
import uuid

SMALL = 2 ** 53


def to_json(value):
    """Returns value as what json.dumps writes without loss."""
    kind = type(value)
    if kind in WRITERS:
        return WRITERS[kind](value)
    if isinstance(value, BaseException):
        return {'$exception': [name_of(kind), {'$tuple': many(value.args)}]}
    if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType)):
        return {'$class': name_of(value)}
    if isinstance(value, enum.Enum):
        return {'$enum': [name_of(kind), to_json(value.value)]}
    if isinstance(value, pathlib.PurePath):
        return {'$path': [kind.__name__, str(value)]}
    if kind.__module__ == 'numpy':
        return numpy_to_json(value)
    return {'$unknown': '{}: {!r}'.format(name_of(kind), value)}


def numpy_to_json(value):
    """Returns an array's elements in the order in which they lie in memory, dates and times as numbers of their units."""
    import numpy
    if not isinstance(value, (numpy.ndarray, numpy.generic)):
        return {'$unknown': '{}: {!r}'.format(name_of(type(value)), value)}
    order = 'F' if value.flags.f_contiguous and not value.flags.c_contiguous else 'C'
    flat = numpy.ravel(value, order)
    elements = many((flat.view('i8') if value.dtype.kind in 'mM' else flat).tolist())
    if isinstance(value, numpy.generic):
        return {'$npscalar': [value.dtype.str, elements[0]]}
    return {'$ndarray': [value.dtype.str, {'$tuple': list(value.shape)}, order, elements]}


def many(values):
    return [to_json(value) for value in values]


def pairs(mapping):
    return [[to_json(key), to_json(value)] for key, value in mapping.items()]


def name_of(thing):
    return thing.__module__ + '.' + thing.__qualname__


def int_to_json(value):
    return value if -SMALL < value < SMALL else {'$int': str(value)}


def str_to_json(value):
    try:
        value.encode('utf-8')
    except UnicodeEncodeError:
        return {'$str': base64.b64encode(value.encode('utf-8', 'surrogatepass')).decode('ascii')}
    return value


def complex_to_json(value):
    return {'$complex': '{!r} {!r}'.format(value.real, value.imag)}


def datetime_to_json(value):
    return {'$datetime': value.isoformat() + (';fold=1' if value.fold else '')}


def timezone_to_json(value):
    arguments = value.__getinitargs__()
    return {'$timezone': many(arguments)}


def base64_of(value):
    return base64.b64encode(bytes(value)).decode('ascii')


def tag(name, convert):
    return lambda value: {'$' + name: convert(value)}


WRITERS = {
    type(None): lambda value: value,
    bool: lambda value: value,
    int: int_to_json,
    str: str_to_json,
    list: many,
    complex: complex_to_json,
    datetime.datetime: datetime_to_json,
    datetime.timezone: timezone_to_json,
    float: tag('float', repr),
    bytes: tag('bytes', base64_of),
    bytearray: tag('bytearray', base64_of),
    tuple: tag('tuple', many),
    set: tag('set', many),
    frozenset: tag('frozenset', many),
    dict: tag('dict', pairs),
    type(Ellipsis): tag('singleton', str),
    type(NotImplemented): tag('singleton', str),
    datetime.date: tag('date', str),
    datetime.time: tag('time', lambda value: value.isoformat()),
    datetime.timedelta: tag('timedelta', lambda value: [value.days, value.seconds, value.microseconds]),
    decimal.Decimal: tag('decimal', str),
    uuid.UUID: tag('uuid', str),
    fractions.Fraction: tag('fraction', lambda value: '{}/{}'.format(value.numerator, value.denominator)),
    range: tag('range', lambda value: many([value.start, value.stop, value.step])),
    slice: tag('slice', lambda value: many([value.start, value.stop, value.step])),
    collections.OrderedDict: tag('ordereddict', pairs),
    collections.Counter: tag('counter', pairs),
    collections.deque: tag('deque', lambda value: [many(value), to_json(value.maxlen)]),
    collections.defaultdict: tag('defaultdict', lambda value: [to_json(value.default_factory), {'$dict': pairs(value)}]),
}


def from_json(form):
    """Returns the value that a form stands for. No two strings of it are the same object, as if they had been received."""
    if isinstance(form, dict):
        (name, body), = form.items()
        return READERS[name[1:]](body)
    if isinstance(form, list):
        return [from_json(item) for item in form]
    return form


def items(body):
    return [from_json(item) for item in body]


def key_values(body):
    return [(from_json(key), from_json(value)) for key, value in body]


def resolve(name):
    """Returns the class or function of a dotted name."""
    module, _, rest = name.rpartition('.')
    while module:
        try:
            found = importlib.import_module(module)
        except ImportError:
            module, _, outer = module.rpartition('.')
            rest = outer + '.' + rest
            continue
        return functools.reduce(getattr, rest.split('.'), found)
    raise ValueError('no module in the name ' + name)


def datetime_from_json(text):
    text, _, fold = text.partition(';fold=')
    text, zone = split_zone(text)
    form = '%Y-%m-%dT%H:%M:%S' + ('.%f' if '.' in text else '')
    return datetime.datetime.strptime(text, form).replace(tzinfo=zone, fold=int(fold or 0))


def time_from_json(text):
    text, zone = split_zone(text)
    form = '%H:%M:%S' + ('.%f' if '.' in text else '')
    return datetime.datetime.strptime(text, form).time().replace(tzinfo=zone)


def split_zone(text):
    """Splits +01:30 from the end of a time, which strptime cannot read before 3.7."""
    if len(text) < 6 or text[-6] not in '+-' or text[-3] != ':':
        return text, None
    minutes = int(text[-5:-3]) * 60 + int(text[-2:])
    offset = datetime.timedelta(minutes=-minutes if text[-6] == '-' else minutes)
    return text[:-6], datetime.timezone.utc if not minutes else datetime.timezone(offset)


def ndarray_from_json(body):
    dtype, shape, order, elements = body
    return flat_array(dtype, items(elements)).reshape(from_json(shape), order=order)


def npscalar_from_json(body):
    return flat_array(body[0], [from_json(body[1])])[0]


def flat_array(dtype, elements):
    import numpy
    if numpy.dtype(dtype).kind in 'mM':
        return numpy.array(elements, dtype='i8').view(dtype)
    return numpy.array(elements, dtype=dtype)


def object_from_json(body):
    name, args, state = items(body)
    made = resolve(name)(*args)
    if state is not None:
        made.__setstate__(state) if hasattr(made, '__setstate__') else made.__dict__.update(state)
    return made


READERS = {
    'int': int,
    'float': float,
    'complex': lambda body: complex(*[float(part) for part in body.split()]),
    'str': lambda body: base64.b64decode(body).decode('utf-8', 'surrogatepass'),
    'bytes': base64.b64decode,
    'bytearray': lambda body: bytearray(base64.b64decode(body)),
    'tuple': lambda body: tuple(items(body)),
    'set': lambda body: set(items(body)),
    'frozenset': lambda body: frozenset(items(body)),
    'dict': lambda body: dict(key_values(body)),
    'singleton': lambda body: {'Ellipsis': Ellipsis, 'NotImplemented': NotImplemented}[body],
    'class': resolve,
    'exception': lambda body: resolve(body[0])(*from_json(body[1])),
    'datetime': datetime_from_json,
    'date': lambda body: datetime.datetime.strptime(body, '%Y-%m-%d').date(),
    'time': time_from_json,
    'timezone': lambda body: datetime.timezone(*items(body)),
    'timedelta': lambda body: datetime.timedelta(*items(body)),
    'decimal': decimal.Decimal,
    'uuid': uuid.UUID,
    'fraction': fractions.Fraction,
    'path': lambda body: getattr(pathlib, body[0])(body[1]),
    'enum': lambda body: resolve(body[0])(from_json(body[1])),
    'range': lambda body: range(*items(body)),
    'slice': lambda body: slice(*items(body)),
    'ordereddict': lambda body: collections.OrderedDict(key_values(body)),
    'counter': lambda body: collections.Counter(dict(key_values(body))),
    'deque': lambda body: collections.deque(from_json(body[0]), from_json(body[1])),
    'defaultdict': lambda body: collections.defaultdict(from_json(body[0]), from_json(body[1])),
    'ndarray': ndarray_from_json,
    'npscalar': npscalar_from_json,
    'object': object_from_json,
}
