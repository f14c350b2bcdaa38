"""A robot with a signal that is none of pizco's, but has the three methods by which the manual knows one."""


class QtLike(object):

    def __init__(self):
        self.slots = []

    def connect(self, slot):
        self.slots.append(slot)

    def disconnect(self, slot):
        self.slots.remove(slot)

    def emit(self, *values):
        for slot in list(self.slots):
            slot(*values)


class Robot(object):

    def __init__(self):
        self.arm_moved = QtLike()

    def move_arm(self, position):
        self.arm_moved.emit(position)

    def listeners(self):
        return len(self.arm_moved.slots)
