"""Gets the original ready on every Python: which release, where from, and what newer pyzmq and tornado no longer have.

PIZCO_RELEASE=0.1 takes the release that the interpreter has, and its dialect. Otherwise pizco comes from the checkout of the development line.
"""
import base64
import inspect
import logging
import os
import pickle
import sys
import threading
import warnings

RELEASE = os.environ.get('PIZCO_RELEASE', 'master')


def prepare(folder):
    """Has pizco, and the tests in a checkout of its development line, ready for import."""
    warnings.simplefilter('ignore')
    if RELEASE == 'master':
        sys.path.insert(0, folder)
    else:
        sys.path.append(folder)  # for the tests only: the package comes first
        sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'python_fixtures'))
        import pizco_compat  # noqa: F401
    # The loop that pyzmq 16 brings along asks tornado for something, and logs that tornado is
    # missing.
    logging.getLogger('tornado.application').setLevel(logging.CRITICAL)
    import pizco
    if RELEASE != 'master':
        # All of 0.1 is one module. The development line's tests look for parts of it where they are
        # there.
        for part in ('agent', 'clientserver', 'protocol', 'util'):
            sys.modules['pizco.' + part] = pizco.pizco
    else:
        share_loop()
    if not hasattr(threading.Thread, 'isAlive'):
        threading.Thread.isAlive = threading.Thread.is_alive
    if not hasattr(inspect, 'getargspec'):
        inspect.getargspec = inspect.getfullargspec
    os.chdir(folder)


def share_loop():
    """Gives all threads one loop, as the original expects, and takes what its tornado no longer does."""
    import zmq
    from zmq.eventloop import ioloop
    if zmq.pyzmq_version_info()[0] <= 16:
        return
    import tornado.ioloop
    shared = tornado.ioloop.IOLoop.current()
    ioloop.IOLoop.instance = staticmethod(lambda: shared)
    shared.add_timeout = lambda deadline, callback: shared.call_later(deadline, callback)


def dump(value):
    return base64.b64encode(pickle.dumps(value, 2)).decode('ascii')


def load(text):
    return pickle.loads(base64.b64decode(text))
