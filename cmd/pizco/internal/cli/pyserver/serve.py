"""Serves one object with the original pizco, for `pizco serve --python`.

The only argument is a JSON object: rep and pub (endpoints), path (folders for sys.path), class (or null), args (Python
literals), kwargs (pairs of name and literal), serializer (or empty) and verbose. What happens is reported as lines of JSON to file descriptor 3. The
server ends when standard input does, when a client sends 'stop', and by SIGTERM or SIGINT.
"""

import ast
import collections
import importlib
import json
import logging
import os
import signal
import sys
import threading
import warnings


class Reports(object):
    """Writes events to the parent process, from any thread."""

    def __init__(self, fd):
        self._file = os.fdopen(fd, 'w')
        self._lock = threading.Lock()

    def write(self, event, **details):
        details['event'] = event
        with self._lock:
            try:
                self._file.write(json.dumps(details) + '\n')
                self._file.flush()
            except (OSError, ValueError):
                pass  # The parent is gone: then standard input ends as well.


def load_original():
    with warnings.catch_warnings():
        # pyzmq warns about modules that the original imports; who serves an object can do nothing
        # about it.
        warnings.simplefilter('ignore')
        try:
            import zmq
            from zmq.eventloop import ioloop
            original = Original()
        except ImportError as error:
            sys.exit('{}: install pizco for {} (with its -m pip install pizco), or name another with --interpreter'.format(
                error, sys.executable))
    if zmq.pyzmq_version_info()[0] > 16:
        # Later releases of pyzmq broke this class, then dropped it; the original stops itself with
        # it.
        ioloop.DelayedCallback = DelayedCallback
    return original


class Original(object):
    """What is used of the original: release 0.1, its later development line, or 0.1's module alone, beside the program."""

    def __init__(self):
        try:
            import pizco.pizco as module
        except ImportError:
            import pizco as module
        self.Server = module.Server
        try:
            from pizco.protocol import Protocol
        except ImportError:
            Protocol = module.Protocol
        self.Protocol = Protocol
        self.logger = module.LOGGER if hasattr(module, 'LOGGER') else module.logger


class DelayedCallback(object):
    """Calls back once on a loop, some milliseconds after start()."""

    def __init__(self, callback, callback_time, io_loop):
        self._callback = callback
        self._seconds = callback_time / 1000.0
        self._loop = io_loop

    def start(self):
        self._loop.call_later(self._seconds, self._callback)


def make_server_class(original, reports):

    class ReportingServer(original.Server):
        """The original's Server, telling what it does."""

        def __init__(self, *args, **kwargs):
            self.ended = threading.Event()
            super(ReportingServer, self).__init__(*args, **kwargs)

        def on_request(self, sender, topic, content, msgid):
            answer = super(ReportingServer, self).on_request(sender, topic, content, msgid)
            try:
                self._report_request(sender, content, answer)
            except Exception as error:
                reports.write('log', text='request not reported: {!r}'.format(error))
            return answer

        def _report_request(self, sender, content, answer):
            action, name = 'other', ''
            if isinstance(content, (tuple, list)) and len(content) == 3 and content[0] == 'PSMessage':
                action = str(content[1])
                name = str(content[2].get('name', content[2].get('class', '')))
            elif isinstance(content, type(u'')) or isinstance(content, str):
                action = content
            error = ''
            if isinstance(answer, tuple) and len(answer) == 3 and answer[1] == 'raise':
                # The development line sends the traceback, too.
                exception = answer[2][0] if isinstance(answer[2], tuple) else answer[2]
                error = '{}: {}'.format(type(exception).__name__, exception)
            reports.write('request', sender=sender, action=action, name=name, error=error)
            if action == 'instantiate' and not error:
                self.report_class()

        def report_class(self):
            kind = type(self.served_object)
            reports.write('class', name='{}.{}'.format(kind.__module__, kind.__name__))

        def on_subscribe(self, topic, count):
            super(ReportingServer, self).on_subscribe(topic, count)
            reports.write('subscribers', topic=topic, count=count)

        def on_unsubscribe(self, topic, count):
            super(ReportingServer, self).on_unsubscribe(topic, count)
            reports.write('subscribers', topic=topic, count=count)

        def emit(self, topic, value, old_value, other):
            super(ReportingServer, self).emit(topic, value, old_value, other)
            reports.write('notification', topic=topic)

        def stop(self):
            super(ReportingServer, self).stop()
            # Behind what the original has just put on the loop: by then the sockets are closed.
            self.loop.add_callback(self.ended.set)

        def wait_until_started(self):
            started = threading.Event()
            self.loop.add_callback(started.set)
            started.wait()

        def stop_from_outside(self, *_):
            self.loop.add_callback(self.stop)

        def stop_when_input_ends(self):
            sys.stdin.read()
            self.stop_from_outside()

    return ReportingServer


def make_object(config):
    if not config['class']:
        return None
    module, _, name = config['class'].rpartition('.')
    kind = getattr(importlib.import_module(module), name)
    args = [ast.literal_eval(text) for text in config['args']]
    kwargs = collections.OrderedDict((key, ast.literal_eval(text)) for key, text in config['kwargs'])
    return kind(*args, **kwargs)


def main():
    config = json.loads(sys.argv[1])
    reports = Reports(3)
    # Behind the standard library, as the original has it: a file in such a folder must not take the
    # place of one of its modules.
    sys.path.extend(config['path'])
    original = load_original()
    if config['verbose']:
        original.logger.addHandler(logging.StreamHandler())
        original.logger.setLevel(logging.DEBUG)
    if config['serializer']:
        protocol = original.Protocol(os.environ.get('PZC_KEY', ''), config['serializer'])
    else:
        protocol = None
    server = make_server_class(original, reports)(make_object(config), config['rep'], config['pub'])
    if protocol:
        server.protocol = protocol
    server.wait_until_started()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, server.stop_from_outside)
    watcher = threading.Thread(target=server.stop_when_input_ends)
    watcher.daemon = True
    watcher.start()
    reports.write('started', rep=server.rep_endpoint, pub=server.pub_endpoint)
    if server.served_object is not None:
        server.report_class()
    while not server.ended.wait(0.2):
        pass  # A wait without end would keep old interpreters from running signal handlers.


if __name__ == '__main__':
    main()
