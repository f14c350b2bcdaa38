"""Does to a Python object what the tests of served objects do to a Go one, as pizco.Server.on_request would.

Reads lines (action, name, method, args, kwargs) as literals of Python; prints for each the outcome as
["value", repr], ["remote"], or ["raise", {protocol: hex of the pickled exception}].
"""
import ast
import json
import pickle
import sys


class Signal(object):
    def connect(self, slot): pass
    def disconnect(self, slot=None): pass
    def emit(self, *args): pass


class Robot(object):
    __slots__ = ('age', 'height', 'name', 'code', 'tags', 'joints', 'nothing', 'seen', 'pair', 'arm_moved', '_secret', 'wild', '_factor')

    def __init__(self):
        self.age = 3
        self.height = 1.5
        self.name = 'Robbie'
        self.code = b'\x00\x01\xff'
        self.tags = ['a', 'b', 'c']
        self.joints = {'elbow': 1, 'knee': 2}
        self.nothing = None
        self.seen = {1, 2}
        self.pair = (1, 'x')
        self.wild = {1: 'one', 'two': 2}
        self.arm_moved = Signal()
        self._factor = 2

    @property
    def factor(self):
        return self._factor

    @factor.setter
    def factor(self, value):
        self._factor = value

    @property
    def serial(self):
        return 'PZC'

    @property
    def broken(self):
        raise ValueError('no')

    password = property(None, lambda self, value: None)

    def calculate(self, x): return x * self._factor
    def scale(self, x, factor=2): return x * factor
    def move(self, x, y, z=0, *, speed=1, unit): return [x, y, z, speed, unit]
    def collect(self, first, *rest): return [first, list(rest)]
    def options(self, **kwargs): return kwargs
    def nothing_at_all(self): pass
    def both(self): return 1, 'two'
    def fail(self): raise KeyError('k')


def perform(robot, action, name, method, args, kwargs):
    if action == 'exec':
        return ['value', repr(getattr(getattr(robot, name), method)(*args, **kwargs))]
    if action == 'getattr':
        return ['value', repr(getattr(robot, name))]
    if action == 'setattr':
        setattr(robot, name, args[0])
        return ['value', 'None']
    if action == 'get':
        attr = getattr(robot, name)
        if (hasattr(attr, '__get__') or hasattr(attr, '__getitem__') or hasattr(attr, '__setitem__') or callable(attr) or
                (hasattr(attr, 'connect') and hasattr(attr, 'disconnect') and hasattr(attr, 'emit'))):
            return ['remote']
        return ['value', repr(attr)]


robot = Robot()
for line in sys.stdin:
    action, name, method, args, kwargs = ast.literal_eval(line)
    args = [slice(*a['slice']) if isinstance(a, dict) and 'slice' in a else a for a in args]
    try:
        outcome = perform(robot, action, name, method, args, kwargs)
    except Exception as error:
        outcome = ['raise', {p: pickle.dumps(error, p).hex() for p in range(pickle.HIGHEST_PROTOCOL + 1)}, str(error)]
    print(json.dumps(outcome))
