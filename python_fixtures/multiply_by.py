"""The object that the manual's "Pizco in action" serves."""

from pizco import Signal


class MultiplyBy(object):
    """Multiplies by a factor, and tells who asks when the factor changes."""

    def __init__(self, factor):
        self._factor = factor
        self.factor_changed = Signal()

    def calculate(self, x):
        return x * self.factor

    @property
    def factor(self):
        return self._factor

    @factor.setter
    def factor(self, value):
        if value == self._factor:
            return
        old, self._factor = self._factor, value
        self.factor_changed.emit(value, old)
