"""A served object with one of everything that a Proxy can be used for.

README.md in this folder lists its members, so that a server in another language can offer the same.
"""

import threading
from concurrent import futures

from pizco import Signal


class CalibrationError(Exception):
    """An exception class that only those know who can import this module."""


class OutOfRange(ValueError):
    """An exception that cannot be rebuilt from its args: pickle.loads calls OutOfRange('9 is over 5')."""

    def __init__(self, value, limit):
        super(OutOfRange, self).__init__('{} is over {}'.format(value, limit))
        self.value = value
        self.limit = limit


class Instrument(object):

    def __init__(self, name='thermometer', **settings):
        self.name = name
        self.settings = settings
        self.gain = 1.5
        self.channels = {1: 'inside', 'two': 'outside'}
        self.notes = ['calibrated']
        self.payload = None
        self._temperature = 20.0
        self.temperature_changed = Signal()
        self.measured = Signal()
        self.alarm = Signal()

    # Calls.

    def nothing(self):
        return None

    def scale(self, x, factor=2):
        return x * factor

    def echo(self, *args, **kwargs):
        return args, kwargs

    def same(self, value):
        return value

    def describe(self, value):
        """Tells what arrived, in words that any serializer can carry."""
        return '{}: {!r}'.format(type(value).__name__, value)

    def zeros(self, size):
        return b'\0' * size

    def count_up_to(self, n):
        return list(range(n))

    # Properties.

    @property
    def temperature(self):
        return self._temperature

    @temperature.setter
    def temperature(self, value):
        if not isinstance(value, (int, float)):
            raise TypeError('a temperature is a number', value)
        if value < -273.15:
            raise ValueError('no temperature is below absolute zero', value)
        old, self._temperature = self._temperature, value
        if value != old:
            self.temperature_changed.emit(value, old)

    @property
    def serial_number(self):
        return 'PZC-0001'

    # Signals.

    def measure(self, *values):
        """Emits measured with these values, of which the original passes on three at most."""
        self.measured.emit(*values)

    def sound_alarm(self, times):
        for n in range(times):
            self.alarm.emit(n)

    # Exceptions.

    def fail_value(self):
        raise ValueError('not a valid age', 42)

    def fail_key(self):
        return {}['missing']

    def fail_without_args(self):
        raise RuntimeError()

    def fail_unicode(self):
        raise OSError(2, u'no such file: \u6e29\u5ea6')

    def fail_calibration(self):
        raise CalibrationError('drift', 0.5)

    def fail_out_of_range(self):
        """Raises what the original's Proxy cannot read: it reports a ValueError of its own."""
        raise OutOfRange(9, 5)

    def unpicklable(self):
        """Returns what cannot be pickled: it leaves the original's server unable to answer anybody again."""
        return threading.Lock()

    # Futures.

    def think(self, question, seconds=0.05):
        future = futures.Future()
        answer = 42 if question == 'six by nine' else question
        _later(seconds, future.set_result, answer)
        return future

    def think_in_vain(self, seconds=0.05):
        future = futures.Future()
        _later(seconds, future.set_exception, ValueError('no idea'))
        return future

    def know(self, answer):
        """Returns a future that is done already: its notification can overtake the reply that announces it."""
        future = futures.Future()
        future.set_result(answer)
        return future


def _later(seconds, function, argument):
    timer = threading.Timer(seconds, function, (argument,))
    timer.daemon = True
    timer.start()
