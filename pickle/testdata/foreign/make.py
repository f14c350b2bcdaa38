"""Prints pickles of what the packages of a Python's environment make, one a line as JSON:

    name        what is pickled
    package     the package and its release
    python      the minor version of the Python 3 that does it
    protocol    0 to the highest
    pickle      the pickle, in base64
    text        of a time: isoformat()
    offset      of a time: its utcoffset() in microseconds, null without one
    micros      of a time: microseconds since 1970 in UTC, null without an offset
    attributes  of an object: its attributes, whose values are ints, strs and floats
    order       of an object: the names of its attributes in the order in which the class has them
"""
import base64
import collections
import datetime
import enum
import json
import pickle
import sys
import types

__name__ = "lab"  # where the classes below are found
sys.modules["lab"] = sys.modules["__main__"]

import attr
import dateutil
import dateutil.tz
import pandas
import pydantic
import pytz

try:
    import dataclasses
except ImportError:
    dataclasses = None
try:
    import zoneinfo
except ImportError:
    zoneinfo = None

EPOCH = datetime.datetime(1970, 1, 1)
MICROSECOND = datetime.timedelta(microseconds=1)


def emit(name, package, value, protocols=range(pickle.HIGHEST_PROTOCOL + 1), **fields):
    for protocol in protocols:
        try:
            data = pickle.dumps(value, protocol)
        except Exception:  # not every class can be pickled at every protocol
            continue
        line = {"name": name, "package": package, "python": sys.version_info[1], "protocol": protocol,
                "pickle": base64.b64encode(data).decode()}
        line.update(fields)
        print(json.dumps(line, sort_keys=True))


class FixedOffset(datetime.tzinfo):
    """As Python 2's programs, django and bson had it."""

    def __init__(self, minutes=0, name=None):
        self.__offset = datetime.timedelta(minutes=minutes)
        self.__name = name

    def utcoffset(self, dt):
        return self.__offset

    def tzname(self, dt):
        return self.__name

    def dst(self, dt):
        return datetime.timedelta(0)


class FixedOffsetTimezone(datetime.tzinfo):
    """As psycopg2 has it."""

    def __init__(self, offset=None, name=None):
        self._offset = offset
        self._name = name

    def __getinitargs__(self):
        return self._offset, self._name

    def utcoffset(self, dt):
        return self._offset

    def tzname(self, dt):
        return self._name

    def dst(self, dt):
        return datetime.timedelta(0)


class Odd(datetime.tzinfo):
    """Of a program's own: what it does cannot be told from its state."""

    def __init__(self):
        self.base = datetime.timedelta(hours=3)

    def utcoffset(self, dt):
        return self.base * (1 + dt.day % 2)

    def dst(self, dt):
        return None


def zones():
    delta = datetime.timedelta
    utc = datetime.timezone
    yield "timezone/utc", "datetime", utc.utc
    yield "timezone/plain", "datetime", utc(delta(hours=5, minutes=45))
    yield "timezone/named", "datetime", utc(delta(hours=1), "CET")
    yield "timezone/negative", "datetime", utc(delta(minutes=-30))
    if sys.version_info >= (3, 7):
        yield "timezone/seconds", "datetime", utc(-delta(hours=4, minutes=56, seconds=2))
        yield "timezone/microseconds", "datetime", utc(delta(seconds=1, microseconds=500001))
        yield "timezone/negative-microseconds", "datetime", utc(-delta(microseconds=1), "almost")
    if zoneinfo:
        for key in "America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC", "Etc/GMT+5":
            yield "zoneinfo/" + key, "zoneinfo", zoneinfo.ZoneInfo(key)
        yield "zoneinfo/no-cache", "zoneinfo", zoneinfo.ZoneInfo.no_cache("Europe/Berlin")
    package = "pytz " + pytz.__version__
    yield "pytz/utc", package, pytz.utc
    yield "pytz/static", package, pytz.timezone("Etc/GMT+5")
    yield "pytz/fixed", package, pytz.FixedOffset(-90)
    yield "pytz/first", package, pytz.timezone("America/New_York")
    yield "pytz/winter", package, pytz.timezone("America/New_York").localize(datetime.datetime(2020, 1, 1)).tzinfo
    yield "pytz/summer", package, pytz.timezone("America/New_York").localize(datetime.datetime(2020, 7, 1)).tzinfo
    package = "dateutil " + dateutil.__version__
    tz = dateutil.tz
    yield "dateutil/tzutc", package, tz.tzutc()
    yield "dateutil/tzoffset", package, tz.tzoffset("X", -1800)
    yield "dateutil/tzoffset-unnamed", package, tz.tzoffset(None, 3600)
    yield "dateutil/tzlocal", package, tz.tzlocal()
    for key in "America/New_York", "Europe/Dublin", "Australia/Lord_Howe", "Asia/Kathmandu", "Etc/GMT+5":
        yield "dateutil/tzfile/" + key, package, tz.gettz(key)
    yield "dateutil/tzrange", package, tz.tzrange("EST", -18000, "EDT")
    yield "dateutil/tzrange-without", package, tz.tzrange("EST", -18000)
    yield "dateutil/tzstr", package, tz.tzstr("EST5EDT,M3.2.0,M11.1.0")
    yield "dateutil/tzstr-south", package, tz.tzstr("AEST-10AEDT,M10.1.0,M4.1.0/3")
    yield "fixed/django", "datetime", FixedOffset(-90, "x")
    yield "fixed/psycopg2", "datetime", FixedOffsetTimezone(delta(minutes=150), "y")


MOMENTS = [
    (2020, 1, 15, 12, 0, 0, 123456), (2020, 7, 15, 12, 0), (2020, 3, 8, 2, 30), (2020, 11, 1, 1, 30), (2020, 3, 29, 1, 30),
    (2020, 10, 25, 1, 30), (2020, 4, 5, 1, 45), (2020, 10, 4, 2, 15), (1900, 1, 1), (1883, 1, 1), (2045, 7, 1), (2045, 12, 1),
]


def times():
    for name, package, zone in zones():
        for moment in MOMENTS:
            for fold in 0, 1:
                when = datetime.datetime(*moment, tzinfo=zone, fold=fold)
                yield "%s/%s/%d" % (name, "-".join(map(str, moment)), fold), package, when
        yield name + "/time", package, datetime.time(12, 30, tzinfo=zone)
    stamp = pandas.Timestamp
    package = "pandas " + pandas.__version__
    yield "pandas/naive", package, stamp("2020-07-01 12:00:00.123456")
    for zone in "UTC", "America/New_York", "dateutil/Europe/Berlin", pytz.timezone("Asia/Kathmandu"), datetime.timezone.utc:
        yield "pandas/%s" % zone, package, stamp("2020-07-01 12:00:00.123456", tz=zone)
    yield "odd", "datetime", datetime.datetime(2020, 1, 1, tzinfo=Odd())


def emit_times():
    for name, package, when in times():
        offset = when.utcoffset()
        micros = None
        if offset is not None and isinstance(when, datetime.datetime):
            wall = datetime.datetime(when.year, when.month, when.day, when.hour, when.minute, when.second, when.microsecond)
            micros = (wall - offset - EPOCH) // MICROSECOND
        elif isinstance(when, datetime.datetime):
            micros = (when.replace(tzinfo=None) - EPOCH) // MICROSECOND
        emit(name, package, when, (0, 2, 4), text=when.isoformat(), micros=micros,
             offset=None if offset is None else offset // MICROSECOND)


class Plain:
    def __init__(self, **attributes):
        self.__dict__.update(attributes)


class SlotsOnly:
    __slots__ = "number", "text"

    def __init__(self, number, text):
        self.number, self.text = number, text


class SlotsAndDict(SlotsOnly):
    def __init__(self, number, text, ratio):
        super().__init__(number, text)
        self.ratio = ratio


class OwnState:
    """Its state is not its attributes."""

    def __init__(self, number, text):
        self.number, self.text = number, text

    def __getstate__(self):
        return {"version": 2, "payload": [self.number, self.text]}

    def __setstate__(self, state):
        self.number, self.text = state["payload"]


class TextState(OwnState):
    def __getstate__(self):
        return "%d:%s" % (self.number, self.text)

    def __setstate__(self, state):
        number, self.text = state.split(":")
        self.number = int(number)


class NumberState(OwnState):
    def __getstate__(self):
        return self.number

    def __setstate__(self, state):
        self.number, self.text = state, "seven"


class NewArgs:
    """What it is made of stands in the arguments of __new__."""

    def __new__(cls, number, text):
        made = object.__new__(cls)
        return made

    def __getnewargs__(self):
        return 7, "seven"


class Model(pydantic.BaseModel):
    number: int
    text: str


class ExtraModel(pydantic.BaseModel):
    if pydantic.VERSION < "2":
        class Config:
            extra = "allow"
    else:
        model_config = {"extra": "allow"}
    number: int


@attr.s
class Attrs:
    number = attr.ib()
    text = attr.ib()


@attr.s(slots=True)
class AttrsSlots:
    number = attr.ib()
    text = attr.ib()


@attr.s(slots=True, frozen=True)
class AttrsFrozen:
    number = attr.ib()
    text = attr.ib()


Named = collections.namedtuple("Named", "number text")


class Colour(enum.Enum):
    RED = 7


if dataclasses:
    @dataclasses.dataclass
    class Data:
        number: int
        text: str

    @dataclasses.dataclass(frozen=True)
    class DataFrozen:
        number: int
        text: str

if sys.version_info >= (3, 10):
    @dataclasses.dataclass(slots=True)
    class DataSlots:
        number: int
        text: str

    @dataclasses.dataclass(slots=True, frozen=True)
    class DataSlotsFrozen:
        number: int
        text: str


def objects():
    py = "python"
    yield "plain", py, Plain(number=7, text="seven")
    yield "slots", py, SlotsOnly(7, "seven")
    yield "slots-and-dict", py, SlotsAndDict(7, "seven", 0.5)
    yield "namespace", py, types.SimpleNamespace(number=7, text="seven")
    yield "namedtuple", py, Named(7, "seven")
    yield "own-state", py, OwnState(7, "seven")
    yield "text-state", py, TextState(7, "seven")
    yield "number-state", py, NumberState(7, "seven")
    yield "new-args", py, NewArgs(7, "seven")
    package = "pydantic " + pydantic.VERSION
    yield "pydantic", package, Model(number=7, text="seven")
    yield "pydantic-extra", package, ExtraModel(number=7, text="seven")
    package = "attrs " + attr.__version__
    yield "attrs", package, Attrs(7, "seven")
    yield "attrs-slots", package, AttrsSlots(7, "seven")
    yield "attrs-frozen", package, AttrsFrozen(7, "seven")
    if dataclasses:
        yield "dataclass", py, Data(7, "seven")
        yield "dataclass-frozen", py, DataFrozen(7, "seven")
    if sys.version_info >= (3, 10):
        yield "dataclass-slots", py, DataSlots(7, "seven")
        yield "dataclass-slots-frozen", py, DataSlotsFrozen(7, "seven")
    package = "pandas " + pandas.__version__
    yield "pandas/frame", package, pandas.DataFrame({"number": [7]})
    yield "pandas/series", package, pandas.Series([7], name="number")
    yield "pandas/index", package, pandas.Index([7], name="number")
    yield "enum", py, Colour.RED


def emit_objects():
    for name, package, value in objects():
        names = [n for n in ("number", "text", "ratio") if hasattr(value, n) and not name.startswith("pandas")]
        emit("object/" + name, package, value, attributes={n: getattr(value, n) for n in names}, order=names)


emit_times()
emit_objects()
