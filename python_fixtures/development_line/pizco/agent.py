"""Agent, which reads PZC_SER and stops by a timer of the loop."""
import os
import time

from . import _release
from .protocol import Protocol


class Agent(_release.Agent):

    def __init__(self, *args, **kwargs):
        super(Agent, self).__init__(*args, **kwargs)
        self.protocol = Protocol(os.environ.get('PZC_KEY', ''), os.environ.get('PZC_SER', 'pickle'))

    def on_request(self, sender, topic, content, msgid):
        if content == 'stop':
            self.loop.add_timeout(time.time() + .1, self.stop)
            return 'stopping'
        return super(Agent, self).on_request(sender, topic, content, msgid)
