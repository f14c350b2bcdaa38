"""Lets pizco 0.1, unchanged, run on today's Python, pyzmq and tornado.

Import this before using pizco, in clients and servers alike. It supplies from outside what the
package expects and newer releases took away. One thing of the package itself is replaced: how it signs, which no
Python can run.
"""

import contextlib
import functools
import hashlib
import hmac
import logging
import os
import threading
import warnings

with warnings.catch_warnings():
    # pyzmq warns about the modules that the original imports; who runs the fixtures can do nothing
    # about it.
    warnings.simplefilter('ignore')
    import zmq
    from zmq.eventloop import ioloop

    import pizco.pizco as original


class DelayedCallback(object):
    """Calls back once on an event loop, some milliseconds after start().

    pyzmq had a class like this up to version 16. Later ones broke it, because it built on tornado's
    old timers, then dropped it. The original's agents use it to stop themselves when asked to by 'stop'.
    """

    def __init__(self, callback, callback_time, io_loop):
        self._callback = callback
        self._seconds = callback_time / 1000.0
        self._loop = io_loop

    def start(self):
        self._loop.call_later(self._seconds, self._callback)


def _is_about_a_real_error(record):
    error = record.exc_info and record.exc_info[1]
    return not (isinstance(error, ImportError) and error.name == 'tornado')


if zmq.pyzmq_version_info()[0] > 16:
    ioloop.DelayedCallback = DelayedCallback
else:
    # The loop that pyzmq 16 brings along asks tornado what to do with a callback's result, and logs
    # an error with a traceback where there is no tornado. The callbacks that stop an agent have
    # results, which are not used.
    logging.getLogger('tornado.application').addFilter(_is_about_a_real_error)


def use_serializer(name):
    """Makes name ('pickle', 'pickle2', 'json', ...) what agents created from now on write with.

    A Proxy talks to its server while it is being constructed and takes no protocol, so there is no
    later moment to set one. For signing, the original reads PZC_KEY.
    """
    original.Protocol = functools.partial(Protocol, serializer=name)


def wait_until_started(agent):
    """Returns when an agent's sockets are in its event loop; before that it answers nobody, and cannot be stopped."""
    started = threading.Event()
    # Behind the callback with which the constructor hands the sockets over.
    agent.loop.add_callback(started.set)
    started.wait()


class Protocol(original.Protocol):
    """The original's Protocol, able to sign.

    Release 0.1 adds the frames up with sum(parts, b''), which no Python 3 does: with a key, each message that it writes
    or checks ends in a TypeError. Its development line joins them, as the manual says that it should be.
    """

    def _signature(self, key, parts):
        if not key:
            return b''
        return hmac.new(key, b''.join(parts), digestmod=hashlib.sha1).digest()


@contextlib.contextmanager
def agents_with(key, serializer, patience_ms=None):
    """Has the agents that the body creates sign and write so, and, with patience_ms, wait for answers no longer than that.

    In one process, agents of different settings can be made so, one after the other.
    """
    with _making:
        before = original.Protocol
        original.Protocol = lambda *ignored: Protocol(key, serializer)
        context = zmq.Context.instance()
        context.rcvtimeo = -1 if patience_ms is None else patience_ms
        try:
            yield
        finally:
            original.Protocol = before


def share_loop():
    """Gives the calling thread the event loop of the main one: the original asks for the current one, and runs that."""
    if zmq.pyzmq_version_info()[0] > 16:
        import asyncio
        asyncio.set_event_loop(_loop.asyncio_loop)


original.Protocol = Protocol

_making = threading.RLock()
_loop = ioloop.IOLoop.instance()

# The original's development line reads this variable as well, the released one does not.
if os.environ.get('PZC_SER'):
    use_serializer(os.environ['PZC_SER'])
