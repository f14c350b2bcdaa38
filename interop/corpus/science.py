"""What packages of the scientific Python world pickle: values of theirs, and the pickles that they bring along as files.

    python science.py > out        writes records as make.py does

Each value is pickled by the C pickler at every protocol. A record of a file has its own protocol, and its name begins with
"file/", or "python2/" where Python 2 has written it.
A line "NAME VERSION" for each package goes to stderr. A package that is missing is an error: make corpus-science installs all of them.
"""
import collections
import datetime
import decimal
import fractions
import importlib
import os
import pickle
import pickletools
import sys
import warnings

warnings.simplefilter('ignore')
sys.setrecursionlimit(20000)

PACKAGES = ['numpy', 'pandas', 'pint', 'uncertainties', 'xarray', 'astropy', 'sympy', 'sklearn', 'babel', 'dateutil', 'pytz', 'pydantic', 'attrs']


def of_numpy():
    import numpy as np
    rng = np.random.RandomState(1)
    for code in ['?', 'b', 'B', 'h', 'H', 'i', 'I', 'l', 'L', 'q', 'Q', 'e', 'f', 'd', 'g', 'F', 'D', 'G', 'S3', 'U2', 'M8[ns]', 'm8[s]', 'O', 'V4']:
        dtype = np.dtype(code)
        yield 'dtype/' + code, dtype
        yield 'zeros/' + code, np.zeros(3, dtype)
        yield 'empty/' + code, np.zeros(0, dtype)
        yield 'matrix/' + code, np.zeros((2, 3), dtype)
        yield 'fortran/' + code, np.zeros((2, 3), dtype, order='F')
        if code not in 'OV4':
            yield 'swapped/' + code, np.zeros(3, dtype.newbyteorder('>'))
        if code != 'O':
            yield 'scalar/' + code, np.zeros(1, dtype)[0]
    yield 'arange', np.arange(1000)
    yield 'random', rng.rand(40, 5)
    yield 'slice', np.arange(100)[::7]
    yield 'transposed', np.arange(6).reshape(2, 3).T
    yield 'record', np.array([(1, 2.5, 'a'), (2, 3.5, 'bc')], dtype=[('x', 'i4'), ('y', 'f8'), ('name', 'U3')])
    yield 'record-titles', np.array([(1, 2)], dtype=[(('title', 'x'), 'i4'), ('y', 'i2')])
    yield 'recarray', np.rec.array([(1, 2.), (3, 4.)], dtype=[('x', 'i4'), ('y', 'f8')])
    yield 'nested-dtype', np.zeros(2, dtype=[('p', [('x', 'f4'), ('y', 'f4')]), ('m', 'i2', (2, 2))])
    yield 'aligned-dtype', np.dtype([('a', 'i1'), ('b', 'f8')], align=True)
    yield 'masked', np.ma.masked_array([1, 2, 3], mask=[0, 1, 0])
    yield 'masked-constant', np.ma.masked
    yield 'matrix-class', np.matrix([[1, 2], [3, 4]])
    yield 'memory-order', [np.asfortranarray(np.eye(3)), np.eye(3)]
    yield 'objects', np.array([None, 'a', 1, 2.5, (1, 2), {'k': 'v'}], dtype=object)
    yield 'objects-shared', np.array(['x', 'x'.lower(), 'ab'[0]], dtype=object)
    yield 'same-array-twice', [rng.rand(3)] * 2
    yield 'same-dtype', [np.arange(3), np.arange(4), np.float64(1), np.float64(2)]
    yield 'dict-of-arrays', {'t': np.linspace(0, 1, 11), 'v': np.sin(np.linspace(0, 1, 11)), 'unit': 'V'}
    yield 'ufunc', np.sin
    yield 'functions', [np.mean, np.linalg.norm, np.fft.fft]
    yield 'types', [np.ndarray, np.float64, np.int8, np.dtype]
    yield 'random-state', np.random.RandomState(3)
    yield 'generator', np.random.default_rng(3)
    yield 'polynomial', np.polynomial.Polynomial([1, 2, 3])
    yield 'poly1d', np.poly1d([1, 2, 3])
    yield 'datetimes', np.array(['2020-01-01', 'NaT'], dtype='M8[D]')
    yield 'datetime', np.datetime64('2020-01-01T12:00')
    yield 'timedelta', np.timedelta64(5, 'm')
    yield 'nan', np.array([np.nan, np.inf, -0.0])
    yield 'zero-dim', np.array(5)


def of_pandas():
    import numpy as np
    import pandas as pd
    times = pd.date_range('2020-01-01', periods=4, freq='h' if int(pd.__version__.split('.')[0]) >= 2 else 'H')
    yield 'series', pd.Series([1, 2, 3], name='x')
    yield 'series-float', pd.Series([1.5, None], index=['a', 'b'])
    yield 'series-text', pd.Series(['a', 'b', 'a', None])
    yield 'series-of-one', pd.Series(list('banana'))
    yield 'frame', pd.DataFrame({'t': [0.1, 0.2], 'channel': ['A', 'B'], 'n': [1, 2]})
    yield 'frame-times', pd.DataFrame({'v': [1., 2., 3., 4.]}, index=times)
    yield 'frame-zone', pd.DataFrame({'v': [1., 2., 3., 4.]}, index=times.tz_localize('UTC').tz_convert('Europe/Berlin'))
    yield 'frame-empty', pd.DataFrame()
    yield 'frame-mixed', pd.DataFrame({'a': [1], 'b': [1.5], 'c': [True], 'd': ['x'], 'e': [pd.Timestamp('2020-01-01')], 'f': [pd.Timedelta('1s')]})
    yield 'frame-multi', pd.DataFrame(np.zeros((4, 2)), index=pd.MultiIndex.from_product([['a', 'b'], [1, 2]], names=['x', 'y']), columns=['u', 'v'])
    yield 'frame-attrs', pd.DataFrame({'a': [1]}).rename_axis('row').T
    yield 'categorical', pd.Series(['lo', 'hi', 'lo'], dtype='category')
    yield 'categorical-ordered', pd.Categorical(['b', 'a'], categories=['a', 'b'], ordered=True)
    yield 'interval', pd.Interval(0, 1)
    yield 'intervals', pd.interval_range(0, 3)
    yield 'cut', pd.cut(pd.Series([1, 5, 9]), 3)
    yield 'timestamp', pd.Timestamp('2020-06-01 12:00:00.123456789')
    yield 'timestamp-zone', pd.Timestamp('2020-06-01', tz='America/New_York')
    yield 'timestamp-utc', pd.Timestamp('2020-06-01', tz='UTC')
    yield 'timedelta', pd.Timedelta(days=1, seconds=3)
    yield 'period', pd.Period('2020-01', 'M')
    yield 'periods', pd.period_range('2020-01', periods=3, freq='M')
    yield 'nat', pd.NaT
    yield 'na', pd.NA
    yield 'index-range', pd.RangeIndex(5)
    yield 'index', pd.Index(['a', 'b', 'c'], name='k')
    yield 'index-multi', pd.MultiIndex.from_tuples([('a', 1), ('b', 2)])
    yield 'index-times', times
    yield 'deltas', pd.to_timedelta(['1s', '2s'])
    yield 'nullable', pd.array([1, None, 3], dtype='Int64')
    yield 'nullable-bool', pd.array([True, None], dtype='boolean')
    yield 'string-array', pd.array(['a', None], dtype='string')
    yield 'sparse', pd.arrays.SparseArray([0, 0, 1])
    yield 'offset', [pd.offsets.Day(2), pd.offsets.BDay(), pd.offsets.MonthEnd(), pd.DateOffset(months=1)]
    yield 'dtypes', [pd.Int64Dtype(), pd.CategoricalDtype(['a', 'b']), pd.DatetimeTZDtype(tz='UTC'), pd.PeriodDtype('M'), pd.StringDtype()]
    yield 'group-means', pd.DataFrame({'k': list('aab'), 'v': [1, 2, 3]}).groupby('k').mean()
    yield 'describe', pd.DataFrame({'v': range(10)}).describe()


def of_pint():
    import numpy as np
    import pint
    registry = pint.UnitRegistry()
    pint.set_application_registry(registry)
    for i, text in enumerate(['1 m', '2.5 V', '3 kg*m/s**2', '20 mA', '1e-9 s', '5', '90 degree', '1 eV', '100 percent', '4.2 kJ/mol/K']):
        try:
            yield 'quantity/%d' % i, registry.Quantity(text)
        except Exception:
            pass
    yield 'temperature', registry.Quantity(25, 'degC')
    yield 'units', [registry.meter, registry.volt / registry.hour, registry.dimensionless]
    yield 'array', np.arange(5) * registry.mV
    yield 'floats', np.linspace(0, 1, 50) * registry.Hz
    yield 'list', [registry.Quantity(i, 'A') for i in range(5)]
    yield 'dict', {'bias': registry.Quantity(1.5, 'V'), 'rate': registry.Quantity(10, 'kHz')}
    yield 'decimal', registry.Quantity(decimal.Decimal('1.5'), 'm')
    yield 'units-container', pint.util.UnitsContainer({'meter': 1, 'second': -2})
    yield 'measurement', registry.Quantity(4.0, 'V').plus_minus(0.1)
    yield 'errors', [pint.UndefinedUnitError('x'), pint.DimensionalityError('m', 's')]


def of_uncertainties():
    import uncertainties
    from uncertainties import umath
    x, y = uncertainties.ufloat(1.0, 0.1), uncertainties.ufloat(2.0, 0.2, tag='length')
    yield 'variable', x
    yield 'tagged', y
    yield 'sum', x + y
    yield 'product', x * y
    yield 'same-twice', [x, x, y]
    yield 'correlated', [x, x * y, x - x]
    yield 'function', umath.sin(x) * y ** 2
    yield 'list', [uncertainties.ufloat(i, 0.5) for i in range(10)]
    yield 'dict', {'gain': x, 'offset': y}
    yield 'chain', sum((x * i for i in range(20)), y)


def of_xarray():
    import numpy as np
    import pandas as pd
    import xarray as xr
    a = xr.DataArray(np.arange(6.).reshape(2, 3), dims=('x', 'y'), coords={'x': ['a', 'b'], 'y': [10, 20, 30]}, name='v', attrs={'units': 'V'})
    yield 'array', a
    yield 'array-plain', xr.DataArray([1, 2, 3])
    yield 'selected', a.sel(x='a')
    yield 'mean', a.mean('y')
    yield 'variable', xr.Variable(('t',), [1., 2.], {'long_name': 'time'})
    yield 'dataset', xr.Dataset({'v': a, 'i': ('t', [1, 2])}, attrs={'title': 'run 7'})
    yield 'times', xr.DataArray([1., 2.], dims='t', coords={'t': pd.date_range('2020-01-01', periods=2)})
    yield 'multi', a.stack(z=('x', 'y'))
    yield 'scalar', xr.DataArray(5)
    yield 'coords', xr.Dataset(coords={'f': np.linspace(0, 1, 5)})
    yield 'list', [a, a, a + 1]


def of_astropy():
    import astropy.coordinates as coordinates
    import astropy.table as table
    import astropy.time as time
    import astropy.units as u
    import numpy as np
    yield 'quantity', 3 * u.m
    yield 'quantity-array', np.arange(4) * u.km / u.s
    yield 'units', [u.m, u.km, u.Jy, u.dimensionless_unscaled, u.m / u.s ** 2, u.mag]
    yield 'angle', coordinates.Angle('1d2m3s')
    yield 'longitude', coordinates.Longitude([1, 2], u.deg)
    yield 'sky', coordinates.SkyCoord(10 * u.deg, 20 * u.deg)
    yield 'sky-frames', coordinates.SkyCoord([1, 2] * u.deg, [3, 4] * u.deg, frame='galactic')
    yield 'distance', coordinates.Distance(5 * u.pc)
    yield 'place', coordinates.EarthLocation.from_geodetic(10, 50)
    yield 'time', time.Time('2020-01-01T00:00:00')
    yield 'times', time.Time([2450000.5, 2450001.5], format='jd')
    yield 'time-delta', time.TimeDelta(5 * u.s)
    yield 'table', table.Table({'a': [1, 2], 'b': ['x', 'y']}, meta={'run': 3})
    yield 'qtable', table.QTable({'v': [1., 2.] * u.V})
    yield 'column', table.Column([1, 2], name='c', unit='m')
    yield 'masked-column', table.MaskedColumn([1, 2], mask=[True, False])
    from astropy import constants
    yield 'constant', [constants.c, constants.h]
    from astropy.modeling import models
    yield 'models', [models.Gaussian1D(1, 2, 3), models.Polynomial1D(2, c0=1)]
    from astropy.io import fits
    yield 'header', fits.Header([('A', 1, 'first'), ('B', 'text')])
    from astropy.wcs import WCS
    yield 'wcs', WCS(naxis=2)


def of_sympy():
    import sympy
    x, y, z = sympy.symbols('x y z')
    n = sympy.Symbol('n', integer=True, positive=True)
    f = sympy.Function('f')
    yield 'symbol', x
    yield 'symbols', [x, y, z, n, x]
    yield 'integers', [sympy.Integer(0), sympy.Integer(1), sympy.Integer(7), sympy.Integer(-1), sympy.Integer(10 ** 30)]
    yield 'rational', [sympy.Rational(1, 3), sympy.S.Half]
    yield 'float', [sympy.Float('1.25'), sympy.Float('0.1', 50)]
    yield 'constants', [sympy.pi, sympy.E, sympy.I, sympy.oo, sympy.zoo, sympy.nan, sympy.S.true]
    for i, e in enumerate([x + y, x * y ** 2, sympy.sin(x) ** 2, sympy.exp(-x ** 2), sympy.sqrt(x + 1), x ** n / 3, (x + y) ** 5, sympy.log(x) / x]):
        yield 'expression/%d' % i, e
        yield 'expanded/%d' % i, sympy.expand(e)
        yield 'derivative/%d' % i, sympy.diff(e, x)
    yield 'integral', sympy.Integral(x ** 2, (x, 0, 1))
    yield 'sum', sympy.Sum(1 / n ** 2, (n, 1, sympy.oo))
    yield 'limit', sympy.Limit(sympy.sin(x) / x, x, 0)
    yield 'matrix', sympy.Matrix([[1, x], [y, 2]])
    yield 'matrix-immutable', sympy.ImmutableMatrix([[1, 2], [3, x]])
    yield 'equation', sympy.Eq(x ** 2, 2)
    yield 'relations', [x > 1, y <= x, sympy.And(x > 0, y > 0)]
    yield 'piecewise', sympy.Piecewise((x, x > 0), (-x, True))
    yield 'sets', [sympy.Interval(0, 1), sympy.FiniteSet(1, 2, x), sympy.S.Reals]
    yield 'poly', sympy.Poly(x ** 3 + 2 * x + 1, x)
    yield 'functions', [sympy.gamma(x), sympy.besselj(1, x), sympy.Heaviside(x), sympy.DiracDelta(x)]
    yield 'tuple', sympy.Tuple(x, 1, y)
    yield 'dict', sympy.Dict({x: 1})
    yield 'units', [sympy.physics.units.meter, sympy.physics.units.second] if hasattr(sympy, 'physics') else []
    yield 'quaternion', sympy.Quaternion(1, 2, 3, x)


def of_sklearn():
    import numpy as np
    from sklearn import cluster, datasets, decomposition, ensemble, gaussian_process, linear_model, model_selection, neighbors, pipeline, preprocessing, svm, tree
    x, y = datasets.make_classification(40, 5, random_state=0)
    iris = datasets.load_iris()
    yield 'bunch', iris
    for make in [linear_model.LinearRegression, linear_model.LogisticRegression, linear_model.Ridge, linear_model.Lasso, svm.SVC, tree.DecisionTreeClassifier,
                 neighbors.KNeighborsClassifier, gaussian_process.GaussianProcessClassifier, preprocessing.StandardScaler, preprocessing.MinMaxScaler,
                 decomposition.PCA]:
        yield 'new/' + make.__name__, make()
        yield 'fitted/' + make.__name__, make().fit(x, y)
    yield 'fitted/KMeans', cluster.KMeans(2, n_init=2, random_state=0).fit(x)
    yield 'fitted/RandomForest', ensemble.RandomForestClassifier(3, random_state=0).fit(x, y)
    yield 'fitted/GradientBoosting', ensemble.GradientBoostingClassifier(n_estimators=3, random_state=0).fit(x, y)
    yield 'pipeline', pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression()).fit(x, y)
    yield 'encoders', [preprocessing.LabelEncoder().fit(['a', 'b', 'a']), preprocessing.OneHotEncoder().fit(np.array([['a'], ['b']]))]
    yield 'split', model_selection.KFold(3)
    yield 'search', model_selection.GridSearchCV(linear_model.Ridge(), {'alpha': [1, 2]})


def of_babel():
    import babel
    from babel import dates, languages, numbers
    for name in ['en', 'de_DE', 'pt_BR', 'zh_Hans_CN', 'ar_EG', 'ja_JP', 'fr_CH', 'sr_Latn_RS']:
        locale = babel.Locale.parse(name)
        yield 'locale/' + name, locale
        yield 'data/' + name, dict(locale._data.base) if hasattr(locale._data, 'base') else locale.territories
        yield 'plural/' + name, locale.plural_form
        yield 'formats/' + name, [locale.date_formats['short'], locale.time_formats['long'], locale.decimal_formats[None], locale.currency_formats['standard']]
    yield 'parsed-pattern', numbers.parse_pattern('#,##0.00')
    yield 'date-pattern', dates.parse_pattern('yyyy-MM-dd')
    yield 'unknown', babel.UnknownLocaleError('xx')
    yield 'lists', [languages.get_official_languages('CH'), numbers.get_territory_currencies('DE', datetime.date(2020, 1, 1))]


def of_dateutil():
    from dateutil import parser, relativedelta, rrule, tz
    start = datetime.datetime(2020, 1, 1)
    yield 'zones', [tz.UTC, tz.tzutc(), tz.tzlocal(), tz.tzoffset('X', 3600), tz.gettz('Europe/Berlin')]
    yield 'zone-range', tz.tzrange('EST', -18000, 'EDT')
    yield 'zone-text', tz.tzstr('EST5EDT')
    yield 'aware', [datetime.datetime(2020, 6, 1, tzinfo=tz.gettz('America/New_York')), datetime.datetime(2020, 1, 1, tzinfo=tz.UTC)]
    yield 'aware-offset', datetime.datetime(2020, 6, 1, tzinfo=tz.tzoffset(None, -7200))
    yield 'delta', relativedelta.relativedelta(months=1, days=-2)
    yield 'weekdays', [relativedelta.MO, relativedelta.FR(-1)]
    yield 'rule', rrule.rrule(rrule.WEEKLY, count=3, dtstart=start)
    yield 'parsed', [parser.parse('2020-06-01T12:00:00Z'), parser.parse('1 June 2020')]
    yield 'parser', parser.parserinfo()


def of_pytz():
    import pytz
    for name in ['UTC', 'GMT', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia', 'Etc/GMT+5']:
        zone = pytz.timezone(name)
        yield 'zone/' + name, zone
        yield 'summer/' + name, zone.localize(datetime.datetime(2020, 7, 1, 12))
        yield 'winter/' + name, zone.localize(datetime.datetime(2020, 1, 1, 12))
        yield 'time/' + name, datetime.time(12, tzinfo=zone)
    yield 'fixed', [pytz.FixedOffset(90), pytz.FixedOffset(-330), pytz.FixedOffset(90)]
    yield 'errors', [pytz.UnknownTimeZoneError('x'), pytz.AmbiguousTimeError('y')]
    yield 'all', [pytz.timezone(name) for name in pytz.common_timezones[::20]]


class Colour(__import__('enum').Enum):
    RED = 1
    BLUE = 'b'


def of_pydantic():
    import pydantic
    yield 'point', Point(x=1, y=2.5)
    yield 'settings', Settings(name='probe', gain=3, tags=['a', 'b'], nested=Point(x=1, y=2), when=datetime.datetime(2020, 1, 1), colour=Colour.RED)
    yield 'list', [Point(x=i, y=i) for i in range(5)]
    yield 'dict', {'a': Point(x=1, y=2), 'b': Settings(name='n')}
    yield 'defaults', Settings(name='n')
    yield 'frozen', Frozen(key='k', value=(1, 2))
    yield 'types', [pydantic.SecretStr('secret'), pydantic.BaseModel]
    yield 'private', WithPrivate(x=1)


def models():
    """Makes the classes of pydantic and attrs, which must be found by name in this module."""
    import attr
    import pydantic
    from typing import Any, Dict, List, Optional, Tuple

    space = globals()

    def add(cls):
        cls.__module__, cls.__qualname__ = __name__, cls.__name__
        space[cls.__name__] = cls
        return cls

    @add
    class Point(pydantic.BaseModel):
        x: int
        y: float

    @add
    class Settings(pydantic.BaseModel):
        name: str
        gain: int = 1
        tags: List[str] = []
        nested: Optional[Point] = None
        when: Optional[datetime.datetime] = None
        colour: Optional[Colour] = None
        extra: Dict[str, Any] = {}

    @add
    class Frozen(pydantic.BaseModel):
        model_config = {'frozen': True}
        key: str
        value: Tuple[int, int]

    @add
    class WithPrivate(pydantic.BaseModel):
        x: int
        _cache: int = pydantic.PrivateAttr(default=7)

    @add
    @attr.s
    class Plain(object):
        x = attr.ib()
        y = attr.ib(default=2)

    @add
    @attr.s(slots=True)
    class Slotted(object):
        x = attr.ib()
        y = attr.ib(factory=list)

    @add
    @attr.s(frozen=True, slots=True)
    class FrozenSlots(object):
        x = attr.ib()

    @add
    @attr.s(frozen=True, hash=True)
    class FrozenAttrs(object):
        key = attr.ib()

    @add
    @attr.s(auto_exc=True)
    class Fault(Exception):
        code = attr.ib()

    @add
    @attr.s(slots=True, cache_hash=True, hash=True)
    class Cached(object):
        x = attr.ib()


def of_attrs():
    yield 'plain', Plain(1)
    yield 'slots', Slotted('a', [1, 2])
    yield 'frozen-slots', FrozenSlots(5)
    yield 'frozen', FrozenAttrs('k')
    yield 'exception', Fault(3)
    yield 'cached-hash', Cached(1)
    yield 'nested', Plain(Slotted(FrozenSlots(1)), {'k': FrozenAttrs('v')})
    yield 'list', [Plain(i, Slotted(i)) for i in range(5)]
    yield 'same-twice', [Plain(1)] * 2
    import attr
    yield 'nothing', attr.NOTHING
    yield 'attribute', attr.fields(Plain).x
    yield 'converted', [attr.asdict(Plain(1)), attr.astuple(Slotted(2))]


def files(package):
    """Yields the pickles that a package brings along."""
    top = os.path.dirname(importlib.import_module(package).__file__)
    for folder, folders, names in sorted(os.walk(top)):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(folder, name)
            if not name.endswith(('.pkl', '.pickle', '.p', '.dat')):
                continue
            with open(path, 'rb') as f:
                data = f.read()
            if data[:1] != b'\x80':
                continue
            yield os.path.relpath(path, top), data


def is_of_python2(data):
    return any('STRING' in op.name for op, _, _ in pickletools.genops(data))


def write(name, protocol, data):
    out = sys.stdout.buffer
    out.write(('%s\t%s\t%d\n' % (name, protocol, len(data))).encode('ascii', 'backslashreplace'))
    out.write(data)


def main():
    models()
    module = sys.modules['__main__']
    for package in PACKAGES:
        version = getattr(importlib.import_module(package), '__version__', None)
        if version is None:
            from importlib.metadata import version as version_of
            version = version_of(package)
        sys.stderr.write('%s %s\n' % (package, version))
        for name, value in getattr(module, 'of_' + package)():
            name = package + '/' + name
            written = False
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
                try:
                    data = pickle.dumps(value, protocol)
                except Exception as e:
                    if protocol >= 2 and not written:
                        sys.stderr.write('! %s at protocol %d: %r\n' % (name, protocol, e))
                    continue
                written = True
                write(name, protocol, data)
            if written:
                write(name, 'repr', b'')  # a value has been written
        for name, data in files(package):
            write('%s/%s/%s' % ('python2' if is_of_python2(data) else 'file', package, name), data[1], data)
            try:
                value = pickle.loads(data)
            except Exception:
                continue
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
                write('again/%s/%s' % (package, name), protocol, pickle.dumps(value, protocol))
            write('again/%s/%s' % (package, name), 'repr', b'')


if __name__ == '__main__':
    main()
