"""A peer of plain pyzmq sockets, which does what it is told: the other side of `make interop-zmtp`.

Each line of its input is a list in JSON, the name of a command and its arguments; each is answered with a line that is
{"is": result} or {"error": text}. Bytes are written as base64, keys as Z85. It ends with its input. It runs on any
Python from 2.7 on and on any pyzmq from 16 on.
"""

import base64
import hashlib
import json
import os
import sys
import threading
import time

import zmq
import zmq.utils.z85

# What is longer is answered as its size and its hash.
SHOWN = 1000


def encode(data):
    if len(data) > SHOWN:
        return {'size': len(data), 'sha256': hashlib.sha256(data).hexdigest()}
    return base64.b64encode(data).decode('ascii')


def decode(value):
    """Bytes from base64, or [byte, size] for as many of one byte."""
    if isinstance(value, list):
        return bytes(bytearray([value[0]])) * value[1]
    return base64.b64decode(value)


class Peer(object):
    def __init__(self):
        self.context = zmq.Context()
        self.sockets = {}

    def versions(self):
        return {'pyzmq': zmq.pyzmq_version(), 'libzmq': zmq.zmq_version(), 'curve': bool(zmq.has('curve'))}

    def open(self, name, kind, options):
        socket = self.context.socket(getattr(zmq, kind))
        socket.linger = 0
        socket.sndtimeo = 20000
        for option, value in options.items():
            if not isinstance(value, int):
                value = value.encode('ascii')
            socket.setsockopt(getattr(zmq, option), value)
        self.sockets[name] = socket

    def bind(self, name, endpoint):
        """Binds, again and again while the endpoint is in use: who had it before frees it a little later."""
        end = time.time() + 10
        while True:
            try:
                self.sockets[name].bind(endpoint)
                break
            except zmq.ZMQError as e:
                if e.errno != zmq.EADDRINUSE or time.time() > end:
                    raise
                time.sleep(0.01)
        return self.sockets[name].getsockopt(zmq.LAST_ENDPOINT).rstrip(b'\0').decode('ascii')

    def connect(self, name, endpoint):
        self.sockets[name].connect(endpoint)

    def subscribe(self, name, prefix):
        self.sockets[name].setsockopt(zmq.SUBSCRIBE, decode(prefix))

    def unsubscribe(self, name, prefix):
        self.sockets[name].setsockopt(zmq.UNSUBSCRIBE, decode(prefix))

    def send(self, name, frames):
        self.sockets[name].send_multipart([decode(f) for f in frames])

    def recv(self, name, timeout):
        """The next message, or None when there is none for so many milliseconds."""
        if not self.sockets[name].poll(timeout):
            return None
        return [encode(f) for f in self.sockets[name].recv_multipart()]

    def burst(self, name, topic, first, count, size):
        """Sends numbered messages of three frames without waiting; returns how many the socket has taken."""
        taken = 0
        filler = b'x' * size
        for number in range(first, first + count):
            try:
                self.sockets[name].send_multipart([decode(topic), str(number).encode('ascii'), filler], zmq.NOBLOCK)
                taken += 1
            except zmq.Again:
                pass
        return taken

    def drain(self, name, size, last):
        """Takes what burst, here or elsewhere, has sent, until the number last comes. Returns the numbers, and those that
        have come otherwise than they were sent."""
        numbers, broken = [], []
        while not numbers or numbers[-1] != last:
            if not self.sockets[name].poll(20000):
                break
            frames = self.sockets[name].recv_multipart()
            try:
                numbers.append(int(frames[1]))
                if len(frames) != 3 or frames[2] != b'x' * size:
                    broken.append(numbers[-1])
            except (IndexError, ValueError):
                broken.append([encode(f) for f in frames])
        return {'numbers': numbers, 'broken': broken}

    def close(self, name):
        self.sockets.pop(name).close()

    def allow(self, keys):
        """Lets in clients with these public keys only (RFC 27)."""
        handler = self.context.socket(zmq.REP)
        handler.linger = 0
        handler.bind('inproc://zeromq.zap.01')
        thread = threading.Thread(target=answer, args=(handler, [k.encode('ascii') for k in keys]))
        thread.daemon = True
        thread.start()

    def reset(self):
        """Forgets all sockets."""
        for socket in self.sockets.values():
            socket.close()
        self.sockets = {}
        old, self.context = self.context, zmq.Context()
        old.term()


def answer(handler, keys):
    while True:
        try:
            version, request, _, _, _, _, key = handler.recv_multipart()
        except zmq.ContextTerminated:
            handler.close()
            return
        status = b'200' if zmq.utils.z85.encode(key) in keys else b'400'
        handler.send_multipart([version, request, status, b'', b'', b''])


def main():
    # libzmq 4.1 prints what it thinks of its peers to standard output.
    answers = os.fdopen(os.dup(1), 'w')
    os.dup2(2, 1)
    peer = Peer()
    for line in iter(sys.stdin.readline, ''):
        command = json.loads(line)
        try:
            result = {'is': getattr(peer, command[0])(*command[1:])}
        except Exception as e:
            result = {'error': '%s: %r' % (command[0], e)}
        answers.write(json.dumps(result) + '\n')
        answers.flush()


if __name__ == '__main__':
    main()
