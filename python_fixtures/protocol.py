"""Formats and parses messages with the original's class Protocol, as lines of JSON on standard input ask for it.

A request has "key" and "serializer" and either "content", a pickle in hexadecimal digits, with "sender", "topic" and "msgid", to
be formatted; or "frames", hexadecimal digits too, with "check_sender" and "check_msgid" or null, to be parsed. The answer is a
line with "frames", or with "sender", "topic", "msgid" and "content" as a pickle of protocol 2; or with "error".
"""

import json
import pickle
import sys

from pizco_compat import Protocol


def form(protocol, request):
    content = pickle.loads(bytes.fromhex(request['content']))
    frames = protocol.format(request['sender'], request['topic'], content, request['msgid'])
    return {'frames': [frame.hex() for frame in frames]}


def parse(protocol, request):
    frames = [bytes.fromhex(frame) for frame in request['frames']]
    sender, topic, content, msgid = protocol.parse(frames, request.get('check_sender'), request.get('check_msgid'))
    return {'sender': sender, 'topic': topic, 'msgid': msgid, 'content': pickle.dumps(content, 2).hex()}


def answer(request):
    protocol = Protocol(request['key'], request['serializer'])
    try:
        return form(protocol, request) if 'content' in request else parse(protocol, request)
    except ValueError as error:
        return {'error': str(error)}


def main():
    print(json.dumps({'highest': pickle.HIGHEST_PROTOCOL}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == '__main__':
    main()
