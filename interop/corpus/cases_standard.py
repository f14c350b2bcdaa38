
# Second part of the corpus; see cases.py.

# --- the standard library -------------------------------------------------------------------------

D = datetime
for name, args in (('min', (1, 1, 1)), ('max', (9999, 12, 31)), ('day', (2026, 11, 23)), ('month-13', (13, 3, 7)), ('high-year', (0x8081 % 9999, 1, 1))):
    case('date/' + name, D.date(*args))
for name, args in (('midnight', ()), ('full', (23, 59, 59, 999999)), ('minute', (12, 30)), ('micro', (0, 0, 0, 1)), ('high', (0, 0, 0, 0x808080 % 1000000))):
    case('time/' + name, D.time(*args))
    case('datetime/' + name, D.datetime(2026, 11, 23, *args))
case('datetime/min', D.datetime.min)
case('datetime/max', D.datetime.max)
case('datetime/twice', [D.datetime(2020, 1, 2), D.datetime(2020, 1, 2)])
for name, args in (('zero', ()), ('one', (1,)), ('negative', (-1, 5, 7)), ('max', (999999999, 86399, 999999)), ('min', (-999999999,)), ('micro', (0, 0, 1)),
                   ('seconds', (0, 30)), ('hour', (0, 3600))):
    case('timedelta/' + name, D.timedelta(*args))
if not PY2:
    utc, east = D.timezone.utc, D.timezone(D.timedelta(hours=5, minutes=30))
    case('timezone/utc', utc)
    case('timezone/east', east)
    case('timezone/named', D.timezone(D.timedelta(hours=-3), 'BRT'))
    case('timezone/two', [utc, utc, east, D.timezone(D.timedelta(hours=5, minutes=30))])
    case('datetime/utc', D.datetime(2026, 1, 2, 3, 4, 5, 6, utc))
    case('datetime/east', D.datetime(2026, 1, 2, tzinfo=east))
    case('datetime/zones', [D.datetime(2026, 1, i, tzinfo=utc) for i in range(1, 4)])
    case('datetime/fold', D.datetime(2026, 1, 2, 3, fold=1))
    case('datetime/fold-utc', D.datetime(2026, 1, 2, 3, tzinfo=utc, fold=1))
    case('time/utc', D.time(1, 2, 3, tzinfo=utc))
    case('time/fold', D.time(1, 2, fold=1))
    case('time/fold-utc', D.time(1, 2, tzinfo=east, fold=1))
optional('zoneinfo/berlin', lambda: __import__('zoneinfo').ZoneInfo('Europe/Berlin'))
optional('zoneinfo/no-cache', lambda: __import__('zoneinfo').ZoneInfo.no_cache('UTC'))
optional('zoneinfo/datetime', lambda: D.datetime(2026, 1, 2, tzinfo=__import__('zoneinfo').ZoneInfo('Europe/Berlin')))

for s in ('0', '1', '-1', '1.50', '1E+3', '0E-10', 'NaN', 'sNaN', 'Infinity', '-Infinity', '-0', '123456789012345678901234567890.123456789', '1E-400'):
    case('decimal/' + s, decimal.Decimal(s))
case('decimal/context', decimal.Context(prec=5))
for n, d in ((0, 1), (1, 2), (-22, 7), (10 ** 30, 3)):
    case('fraction/%d-%d' % (n, d), fractions.Fraction(n, d))
for s in ('12345678-1234-5678-1234-567812345678', '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'):
    case('uuid/' + s[:4], uuid.UUID(s))
    case('uuid/twice-' + s[:4], [uuid.UUID(s), uuid.UUID(s)])
case('ordered-dict/strings', collections.OrderedDict([(u'b', 1), (u'a', 2)]))
case('ordered-dict/attrs', with_attrs(collections.OrderedDict([(u'b', 1)]), extra=1))
case('defaultdict/list', collections.defaultdict(list, {u'a': [1]}))
case('defaultdict/none', collections.defaultdict(None, {u'a': 1}))
case('defaultdict/empty', collections.defaultdict(int))
case('defaultdict/factory-user', collections.defaultdict(Plain, a=1))
case('deque/maxlen', collections.deque([1, 2, 3], 5))
case('deque/maxlen-zero', collections.deque([], 0))
case('deque/strings', collections.deque([u'a', u'bc']))
r = collections.deque()
r.append(r)
case('recursive/deque', r)
case('counter/empty', collections.Counter())
case('counter/letters', collections.Counter(u'aab'))
case('counter/ints', collections.Counter([1, 1, 2]))
optional('chainmap', lambda: collections.ChainMap({u'a': 1}, {u'b': 2}))
optional('userdict', lambda: collections.UserDict({u'a': 1}))
optional('userlist', lambda: collections.UserList([1, 2]))
optional('userstring', lambda: collections.UserString(u'abc'))
case('namedtuple/point', Point(1, 2))
case('namedtuple/two', [Point(1, 2), Point(u'x', None)])
case('namedtuple/subclass', PointSub(1, 2))
if not PY2:
    case('namedtuple/subclass-attrs', with_attrs(PointSub(1, 2), z=3))
optional('range/simple', lambda: range(3))
optional('range/full', lambda: range(1, 10, 2))
optional('range/big', lambda: range(10 ** 20, 10 ** 21))
case('slice/simple', slice(1, 2))
case('slice/full', slice(1, 2, 3))
case('slice/none', slice(None))
case('partial/plain', functools.partial(int))
case('partial/args', functools.partial(int, u'10', base=2))
case('partial/attrs', with_attrs(functools.partial(max, 1), extra=1))
optional('simplenamespace/empty', lambda: types.SimpleNamespace())
optional('simplenamespace/full', lambda: types.SimpleNamespace(a=1, b=u'x'))
for code in 'bBhHiIlLqQfd':
    optional('array/' + code, lambda: array.array(code, [1, 2, 3]))
    optional('array/empty-' + code, lambda: array.array(code))
optional('array/u', lambda: array.array('u', u'ab\u20ac'))
optional('array/w', lambda: array.array('w', u'ab\u20ac'))
optional('array/long', lambda: array.array('d', [0.5] * 9000))
case('struct-time', time.gmtime(0))
case('struct-time/tuple', time.struct_time((2026, 11, 23, 1, 2, 3, 0, 327, -1)))

try:
    import pathlib
    for name, cls in (('pure', pathlib.PurePath), ('pure-posix', pathlib.PurePosixPath), ('pure-windows', pathlib.PureWindowsPath), ('path', pathlib.Path),
                      ('posix', pathlib.PosixPath)):
        for i, s in enumerate(('', '.', '/', 'a', 'a/b.txt', '/usr/lib', 'a//b', '../x')):
            case('path/%s-%d' % (name, i), cls(s))
    case('path/windows-drive', pathlib.PureWindowsPath('C:\\x\\y'))
    case('path/two', [pathlib.PurePosixPath('/a/b'), pathlib.PurePosixPath('/a/c')])
except ImportError:
    pass
try:
    import ipaddress
    for s in ('0.0.0.0', '127.0.0.1', '255.255.255.255', '::', '::1', '2001:db8::1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'):
        case('ipaddress/' + s, ipaddress.ip_address(s))
    for s in ('10.0.0.0/8', '0.0.0.0/0', '2001:db8::/32'):
        case('ipnetwork/' + s, ipaddress.ip_network(s))
        case('ipinterface/' + s, ipaddress.ip_interface(s))
    optional('ipaddress/scope', lambda: ipaddress.IPv6Address('fe80::1%eth0'))
except ImportError:
    pass
try:
    import enum

    class Color(enum.Enum):
        RED = 1
        GREEN = u'g'

    class Number(enum.IntEnum):
        ONE = 1
        TWO = 2

    class Permission(enum.Flag):
        R = 4
        W = 2
        X = 1

    class IntPermission(enum.IntFlag):
        R = 4
        W = 2

    class Outer(object):
        class Inner(enum.Enum):
            A = 1

    case('enum/class', Color)
    case('enum/member', Color.RED)
    case('enum/members', [Color.RED, Color.GREEN, Color.RED])
    case('enum/int', Number.TWO)
    case('enum/flag', Permission.R)
    case('enum/flag-combined', Permission.R | Permission.X)
    case('enum/int-flag', IntPermission.R | IntPermission.W)
    case('enum/nested', Outer.Inner.A)
    import http
    case('enum/http', http.HTTPStatus.NOT_FOUND)
    import socket
    case('enum/socket', socket.AF_INET)
    import signal
    case('enum/signal', signal.SIGTERM)
    import re
    case('re/flags', re.IGNORECASE | re.MULTILINE)
except ImportError:
    pass
import re  # noqa: E402
case('re/pattern', re.compile(u'a+b', re.I))
try:
    import dataclasses

    @dataclasses.dataclass
    class Data(object):
        __annotations__ = {'x': int, 'y': str, 'z': list}
        y = 'default'
        z = dataclasses.field(default_factory=list)

    @dataclasses.dataclass(frozen=True)
    class Frozen(object):
        __annotations__ = {'x': int, 'y': float}

    case('dataclass/plain', Data(1))
    case('dataclass/full', Data(1, 'two', [3]))
    case('dataclass/frozen', Frozen(1, 2.5))
    case('dataclass/two', [Data(1), Data(2)])
    if sys.version_info >= (3, 10):
        SlotData = dataclasses.make_dataclass('SlotData', [('a', int), ('b', int)], slots=True)
        SlotData.__module__ = '__main__'
        FrozenSlotData = dataclasses.make_dataclass('FrozenSlotData', [('a', int)], slots=True, frozen=True)
        FrozenSlotData.__module__ = '__main__'
        case('dataclass/slots', SlotData(1, 2))
        case('dataclass/frozen-slots', FrozenSlotData(1))
except (ImportError, SyntaxError):
    pass
optional('typing/list', lambda: __import__('typing').List[int])
optional('typing/generic-alias', lambda: list[int])
optional('mappingproxy', lambda: types.MappingProxyType({u'a': 1}))
optional('iterator/list', lambda: iter([1, 2, 3]))
optional('iterator/range', lambda: iter(range(5)))
optional('iterator/dict', lambda: iter({u'a': 1}))
optional('iterator/zip', lambda: zip([1, 2], [3, 4]))
optional('dict/keys', lambda: {u'a': 1}.keys())
optional('io/bytesio', lambda: __import__('io').BytesIO(b'abc'))
optional('io/stringio', lambda: __import__('io').StringIO(u'abc'))
optional('random/state', lambda: __import__('random').Random(1))
optional('email/message', lambda: __import__('email').message_from_string('A: b\n\nbody'))
optional('logging/record', lambda: with_attrs(Plain(), record=__import__('logging').INFO))
optional('string/template', lambda: __import__('string').Template(u'$x'))
optional('xml/element', lambda: __import__('xml.etree.ElementTree').etree.ElementTree.fromstring('<a b="c"><d/>text</a>'))
optional('urlparse/result', lambda: __import__('urllib.parse').parse.urlparse(u'http://a/b?c#d'))
optional('stat/result', lambda: __import__('os').stat_result(range(10)))
if sys.version_info >= (3, 8):
    optional('picklebuffer/writable', lambda: pickle.PickleBuffer(bytearray(b'buffer')))
    optional('picklebuffer/readonly', lambda: pickle.PickleBuffer(b'buffer'))
    optional('picklebuffer/large', lambda: [pickle.PickleBuffer(bytearray(70000)), 1])

# --- exceptions -----------------------------------------------------------------------------------

builtin_names = sorted(n for n in dir(__import__('__builtin__' if PY2 else 'builtins')))
builtin_space = vars(__import__('__builtin__' if PY2 else 'builtins'))


class UserError(Exception):
    pass


class UserErrorArgs(Exception):
    def __init__(self, a, b=2):
        Exception.__init__(self, a, b)
        self.a = a


class UserErrorNoArgs(ValueError):
    def __init__(self, a):
        self.a = a


class UserAttributeError(AttributeError):
    pass


for n in builtin_names:
    cls = builtin_space[n]
    if isinstance(cls, type) and issubclass(cls, BaseException):
        if n != cls.__name__:
            continue  # aliases such as IOError
        optional('exception/%s' % n, lambda: cls())
        optional('exception/%s-1' % n, lambda: cls(u'message'))
        optional('exception/%s-2' % n, lambda: cls(u'message', 2))
        optional('exception/%s-attrs' % n, lambda: with_attrs(cls(u'message'), extra=[1], other=u'x'))
case('exception/unicode-encode', UnicodeEncodeError('ascii', u'\xe9x', 0, 1, 'ordinal not in range'))
case('exception/unicode-decode', UnicodeDecodeError('utf-8', b'\xff', 0, 1, 'invalid start byte'))
case('exception/unicode-translate', UnicodeTranslateError(u'x', 0, 1, 'why'))
case('exception/os-2', OSError(2, 'No such file'))
case('exception/os-3', OSError(2, 'No such file', 'name.txt'))
case('exception/os-4', OSError(2, 'No such file', 'name.txt', None, 'other.txt') if not PY2 else OSError(2, 'x', 'y'))
case('exception/connection', OSError(111, 'Connection refused'))
case('exception/syntax', SyntaxError('invalid syntax', ('file.py', 3, 5, 'x = = 1\n')))
case('exception/system-exit', SystemExit(3))
case('exception/key', KeyError((1, 2)))
case('exception/two', [ValueError(u'a'), ValueError(u'a'), KeyError(u'b')])
case('exception/class', [ValueError, KeyError, OSError])
case('exception/user', UserError(u'x', 1))
case('exception/user-args', UserErrorArgs(1))
case('exception/user-no-args', UserErrorNoArgs(5))
case('exception/user-attribute', UserAttributeError(u'no x'))
optional('exception/import', lambda: ImportError('no module', name='m', path='/p'))
optional('exception/stop-iteration', lambda: StopIteration(u'value'))
optional('exception/attribute-name', lambda: AttributeError('no a', name='a', obj=1))
optional('exception/name-name', lambda: NameError('no a', name='a'))
optional('exception/group', lambda: ExceptionGroup('group', [ValueError(1), KeyError(u'k')]))  # noqa: F821


def noted():
    e = ValueError(u'x')
    e.add_note('a note')
    return e


optional('exception/notes', noted)


def raised(make):
    try:
        make()
    except Exception as e:
        return e


case('exception/raised-attribute', raised(lambda: None.missing))
case('exception/raised-name', raised(lambda: missing))  # noqa: F821
case('exception/raised-zero', raised(lambda: 1 // 0))
case('exception/raised-index', raised(lambda: [][0]))
case('exception/raised-key', raised(lambda: {}[u'k']))
case('exception/raised-type', raised(lambda: len(5)))
case('exception/raised-value', raised(lambda: int(u'x')))
case('exception/raised-unicode', raised(lambda: b'\xff'.decode('utf-8')))
case('exception/raised-file', raised(lambda: open('/nonexistent/file')))
case('exception/raised-import', raised(lambda: __import__('nonexistent_module')))
case('exception/raised-decimal', raised(lambda: decimal.Decimal(u'x') if PY2 else decimal.Decimal(1) / 0))

# --- what pizco sends -----------------------------------------------------------------------------

case('pizco/exec', (u'PSMessage', u'exec', {u'name': u'calculate', u'args': (8,), u'kwargs': {}, u'method': u'__call__'}))
case('pizco/records', [{u'id': i, u'name': u'sensor %d' % i, u'value': i * 0.5, u'pos': (i, -i), u'ok': i % 2 == 0} for i in range(300)])
