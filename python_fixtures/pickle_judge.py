"""Reads pickles, one a line in base64, as CPython's C unpickler does, and answers each with a line of JSON: the value's repr, the error, or why it
has no opinion ("silent").

Nothing is called: a class or function may be named only if it is one of those that make built-in values. A child process does the reading, since
some pickles have CPython take all memory, crash or compute for ever; then the child is ended, and another takes the next pickle.
"""
import base64
import io
import json
import os
import pickle
import resource
import select
import signal
import sys
import time

SAFE = {('builtins', n) for n in ('set', 'frozenset', 'bytes', 'bytearray', 'complex', 'int', 'len', 'Ellipsis', 'NotImplemented')}
SAFE.add(('_codecs', 'encode'))

# What one pickle may take: seconds, fewer than the ten after which `go test -fuzz` ends a worker,
# and bytes of memory.
SECONDS = 1
MEMORY = 512 << 20


class Named(Exception):
    """A class, a function or a persistent id is named that the judge does not know."""


class Judge(pickle.Unpickler):
    def find_class(self, module, name):
        if sys.version_info >= (3, 0) and (module, name) in SAFE:
            return super().find_class(module, name)
        raise Named

    def persistent_load(self, pid):
        raise Named


def judge(data):
    try:
        value = Judge(io.BytesIO(data)).load()
        text = repr(value)
        return {'repr': text if len(text) < 100000 else None}
    except (Named, RecursionError, MemoryError) as e:
        return {'silent': type(e).__name__}
    except Exception as e:
        return {'error': repr(e)}


class Child:
    """A process that judges until it is ended, or ends by itself."""

    def __init__(self):
        pickles, self.pickles = os.pipe()
        self.verdicts, verdicts = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.pickles)
            os.close(self.verdicts)
            serve(pickles, verdicts)
            os._exit(0)
        os.close(pickles)
        os.close(verdicts)

    def judge(self, line):
        """Returns the child's verdict, None when it gives none."""
        try:
            os.write(self.pickles, b'%d\n' % len(line))
            while line:
                line = line[os.write(self.pickles, line):]
        except BrokenPipeError:
            return None
        verdict, deadline = b'', time.monotonic() + SECONDS
        while not verdict.endswith(b'\n'):
            ready, _, _ = select.select([self.verdicts], [], [], max(0, deadline - time.monotonic()))
            part = os.read(self.verdicts, 1 << 16) if ready else b''
            if not part:
                return None
            verdict += part
        return verdict.decode('ascii')

    def end(self):
        """Kills the child and tells what was wrong with it: nothing but its silence, or that it had ended by itself."""
        os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        os.close(self.pickles)
        os.close(self.verdicts)
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        return 'hangs' if number == signal.SIGKILL else 'crashes'


def serve(pickles, verdicts):
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    with os.fdopen(pickles, 'rb') as source, os.fdopen(verdicts, 'w') as out:
        for size in source:
            verdict = judge(base64.b64decode(source.read(int(size))))
            out.write(json.dumps(verdict) + '\n')
            out.flush()


def main():
    print(json.dumps({}), flush=True)
    child = Child()
    for line in sys.stdin.buffer:
        verdict = child.judge(line)
        if verdict is None:
            verdict = json.dumps({'silent': child.end()}) + '\n'
            child = Child()
        sys.stdout.write(verdict)
        sys.stdout.flush()
    child.end()


main()
