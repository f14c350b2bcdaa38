"""Speaks the original's messages over plain pyzmq sockets with CURVE, which the original itself has not.

  curve_peer.py client FOLDER SERIALIZER ENDPOINT   asks a server and prints a line of JSON for each answer
  curve_peer.py server FOLDER SERIALIZER            sends back the contents that it gets, until its input ends

FOLDER has the certificates server.key, server.key_secret, client.key and client.key_secret.
"""

import json
import os
import sys
import threading

import pizco_compat
import zmq
import zmq.auth

original = pizco_compat.original

TIMEOUT = 30000


def certificate(folder, name):
    return zmq.auth.load_certificate(os.path.join(folder, name))


def secured(context, kind, folder):
    """A socket of a client, with the keys that it needs for the server."""
    socket = context.socket(kind)
    socket.linger = 0
    socket.rcvtimeo = TIMEOUT
    socket.curve_publickey, socket.curve_secretkey = certificate(folder, 'client.key_secret')
    socket.curve_serverkey = certificate(folder, 'server.key')[0]
    return socket


def show(**line):
    print(json.dumps(line))
    sys.stdout.flush()


def client(folder, serializer, endpoint):
    protocol = original.Protocol('', serializer)
    context = zmq.Context()

    req = secured(context, zmq.REQ, folder)
    req.connect(endpoint)

    def ask(socket, content, front=()):
        socket.send_multipart(list(front) + protocol.format('tcp://127.0.0.1:1', '', content))
        return protocol.parse(socket.recv_multipart()[len(front):])[2]

    info = ask(req, 'info')
    show(info=info)
    call = {'name': 'scale', 'method': '__call__', 'args': (8,)}
    show(req=ask(req, original.PSMessage('exec', call)))

    dealer = secured(context, zmq.DEALER, folder)
    dealer.connect(endpoint)
    show(dealer=ask(dealer, original.PSMessage('exec', call), [b'']))

    sub = secured(context, zmq.SUB, folder)
    sub.connect(info['pub_endpoint'])
    sub.subscribe = protocol.format(info['rep_endpoint'], 'alarm', '')[0]
    # Nothing tells when a subscription is in force: the alarm is sounded until it is heard.
    sub.rcvtimeo = 200
    for _ in range(TIMEOUT // sub.rcvtimeo):
        ask(req, original.PSMessage('exec', {'name': 'sound_alarm', 'method': '__call__', 'args': (1,)}))
        try:
            show(alarm=protocol.parse(sub.recv_multipart())[2])
            break
        except zmq.Again:
            pass
    context.destroy(0)


def server(folder, serializer):
    protocol = original.Protocol('', serializer)
    context = zmq.Context()
    rep = context.socket(zmq.REP)
    rep.linger = 0
    rep.curve_publickey, rep.curve_secretkey = certificate(folder, 'server.key_secret')
    rep.curve_server = True
    rep.bind('tcp://127.0.0.1:*')
    endpoint = rep.last_endpoint.rstrip(b'\x00').decode()

    def end():
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=end, daemon=True).start()
    show(rep_endpoint=endpoint)
    while True:
        _, topic, content, msgid = protocol.parse(rep.recv_multipart())
        rep.send_multipart(protocol.format(endpoint, topic, content, msgid))


if __name__ == '__main__':
    {'client': client, 'server': server}[sys.argv[1]](*sys.argv[2:])
