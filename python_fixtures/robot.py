"""The Robot of the manual's examples."""

import threading
from concurrent import futures

from pizco import Signal


class Robot(object):
    """Has an attribute, properties, a dict, methods, a signal and a future."""

    def __init__(self, name='Robbie', age=3):
        self.name = name
        self.age = age
        self._position = 0
        self.tools = {'left': 'gripper', 'right': 'camera'}
        self.arm_moved = Signal()

    @property
    def age(self):
        return self._age

    @age.setter
    def age(self, value):
        if value < 0:
            raise ValueError('a robot is not younger than 0')
        self._age = value

    @property
    def position(self):
        return self._position

    def greet(self, whom, greeting='Hello'):
        return '{}, {}! I am {}.'.format(greeting, whom, self.name)

    def move_arm(self, position=0):
        old, self._position = self._position, position
        self.arm_moved.emit(position, old)

    def think(self, question):
        """Returns a future, as methods do that take their time."""
        future = futures.Future()
        if question == 'six by nine':
            finish, outcome = future.set_result, 42
        else:
            finish, outcome = future.set_exception, ValueError('no idea: ' + question)
        timer = threading.Timer(0.05, finish, (outcome,))
        timer.daemon = True
        timer.start()
        return future
