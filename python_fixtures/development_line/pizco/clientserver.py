"""Server, which says where an exception came from. Proxy is the release's, and reads what the release sends."""
import traceback

from . import _release
from .agent import Agent
from .util import Signal  # noqa: F401

Proxy, PSMessage = _release.Proxy, _release.PSMessage


class Server(_release.Server, Agent):

    def on_request(self, sender, topic, content, msgid):
        if isinstance(content, str) and content == 'stop':
            return Agent.on_request(self, sender, topic, content, msgid)
        answer = super(Server, self).on_request(sender, topic, content, msgid)
        if isinstance(answer, tuple) and answer[:2] == ('PSMessage', 'raise'):
            exception = answer[2]
            lines = traceback.format_exception(type(exception), exception, exception.__traceback__)[1:]
            return PSMessage('raise', (exception, lines))
        return answer
