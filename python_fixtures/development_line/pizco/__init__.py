"""Stands for the original's development line, which no package registry has: its modules and its dialect, over the installed release 0.1.

A test puts the folder above this one on PYTHONPATH. What that line does otherwise than the release, and a server or its client can see, is here:
the package's modules; exceptions sent with their traceback; signatures; PZC_SER; 'stop' without DelayedCallback.
"""
import importlib.util
import logging
import os
import sys

LOGGER = logging.getLogger(__name__)
LOGGER.addHandler(logging.NullHandler())


def _release():
    """Loads the release's module, which has another pizco's name from here on."""
    for folder in sys.path:
        path = os.path.join(folder, 'pizco', 'pizco.py')
        if os.path.isfile(path):
            spec = importlib.util.spec_from_file_location('pizco._release', path)
            module = sys.modules['pizco._release'] = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    raise ImportError('pizco 0.1, over which this stands for the development line, is not installed')


_release = _release()

from .clientserver import Agent, Proxy, Server, Signal  # noqa: E402,F401
