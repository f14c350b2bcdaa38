"""Lets pizco 0.1, unchanged, run on today's Python, pyzmq and tornado.

Import this before using pizco, in clients and servers alike. It supplies from outside what the
package expects and newer releases took away; nothing of the package itself is replaced.
"""

import functools
import logging
import os
import warnings

with warnings.catch_warnings():
    # pyzmq warns about the modules that the original imports; who runs the fixtures can do nothing about it.
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
    # The loop that pyzmq 16 brings along asks tornado what to do with a callback's result, and logs an error with a
    # traceback where there is no tornado. The callbacks that stop an agent have results; nobody wants them.
    logging.getLogger('tornado.application').addFilter(_is_about_a_real_error)


def use_serializer(name):
    """Makes name ('pickle', 'pickle2', 'json', ...) what agents created from now on write with.

    A Proxy talks to its server while it is being constructed and takes no protocol, so there is no
    later moment to set one. Signing needs nothing: the original reads PZC_KEY.
    """
    original.Protocol = functools.partial(Protocol, serializer=name)


Protocol = original.Protocol

# The original's development line reads this variable as well, the released one does not.
if os.environ.get('PZC_SER'):
    use_serializer(os.environ['PZC_SER'])
