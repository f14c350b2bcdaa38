"""An object with members that the original cannot send: asked for one of them, its server never answers anybody again."""

import collections
import concurrent.futures
import datetime
import decimal
import enum
import threading

try:
    import numpy
except ImportError:
    numpy = None  # its arrays are left out then
from pizco import Signal


class Volt(float):
    """Its repr is that of a float, and it cannot be pickled."""

    def __init__(self, value):
        self.lock = threading.Lock()


class Channel(object):
    """Its repr is that of an int."""

    def __init__(self):
        self.lock = threading.Lock()

    def __repr__(self):
        return '7'


class Color(enum.Enum):
    RED = 1


class Driver(object):
    """It is connected to something, but is no signal."""

    def __init__(self):
        self.target = None

    def connect(self, target):
        self.target = target

    def disconnect(self, target):
        self.target = None


class Mute(object):

    def __repr__(self):
        raise RuntimeError('it has no repr')


class Bunch(dict):
    """Its dir() is fine, but what its __dir__ returns cannot be pickled."""

    def __dir__(self):
        return self.keys()


class Station(object):
    """Lists what it has by a generator, and can be used as a signal."""

    def __init__(self):
        self.slots = []

    def __dir__(self):
        yield 'connect'

    def connect(self, slot):
        self.slots.append(slot)

    def disconnect(self, slot):
        self.slots.remove(slot)

    def emit(self, *values):
        for slot in self.slots:
            slot(*values)


def _hazards():
    return [
        ('pool', concurrent.futures.ThreadPoolExecutor(1)),
        ('lock', threading.Lock()),
        ('file', open(__file__)),
        ('generator', (i for i in range(3))),
        ('function', lambda: 1),
        ('event', threading.Event()),
        ('volt', Volt(1.5)),
        ('channel', Channel()),
        ('outcome', concurrent.futures.Future()),
        ('factory', threading.Lock),
        ('mute', Mute()),
        ('bunch', Bunch(a=threading.Lock())),
    ]


class Hazards(object):

    def __init__(self):
        self.moved = Signal()
        self.driver = Driver()
        self.reads = 0
        for name, value in _hazards():
            setattr(self, name, value)
            setattr(self, name + '_in_list', [1, value])
            setattr(self, name + '_in_tuple', (value,))
            setattr(self, name + '_in_dict', {'a': value, 'b': 2})
            setattr(self, name + '_deep', {'a': [(1, {'b': value})]})
        self.ring = [1]
        self.ring.append(self.ring)
        if numpy:
            self.samples = numpy.array([0, 1.5, 3])
            self.many = numpy.arange(5000)
            self.gain = numpy.float64(1.5)
            self.steps = numpy.int32(7)
            self.locks = numpy.array([1, self.lock], dtype=object)
        self.hidden = [Channel(), 2]
        self.line = collections.deque([Channel(), 2])
        self.votes = collections.Counter('aab')
        self.order = collections.OrderedDict([('a', Channel())])
        self.station = Station()
        self.color = Color.RED
        self.count = 3
        self.ratio = float('inf')
        self.name = 'Robbie'
        self.tools = {'left': 'gripper', 1: [2.5, None]}
        self.since = datetime.datetime(2026, 12, 1, 12, 30, tzinfo=datetime.timezone.utc)
        self.price = decimal.Decimal('1.50')

    @property
    def busy(self):
        return self.lock

    @property
    def changing(self):
        """A plain value once, a lock the next time."""
        self.reads += 1
        return 5 if self.reads % 2 else self.lock

    @property
    def filling(self):
        """Empty at first, then with a lock."""
        self.reads += 1
        return {} if self.reads % 3 == 1 else {'a': self.lock}

    @property
    def connected(self):
        return self.driver.target is not None

    def greet(self):
        """Greets."""
        return 'Hello'

    def emit(self, what):
        self.moved.emit(getattr(self, what))


class Secretive(Hazards):
    """Its dir() is what it holds itself, by something that cannot be pickled."""

    def __dir__(self):
        return self.__dict__.keys()
