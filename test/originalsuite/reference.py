"""Stands in for the original's agents and servers with the original's own, in a process of its own: what Go is compared with.

    python reference.py FOLDER     FOLDER: a checkout of the original's development line

Takes and answers the orders that main.go describes, and serves the tests' own Example.
"""
import json
import os
import sys
import threading

from original import dump, load, prepare

# What is printed does not go where the answers go.
answers, sys.stdout = sys.stdout, sys.stderr
prepare(sys.argv[1])

import pizco  # noqa: E402
from tests.test_pizco import Example  # noqa: E402

ANYWHERE = 'tcp://127.0.0.1:0'


class Theatre(object):
    """The connection with the tests, and all that they have started."""

    def __init__(self):
        self._lock = threading.Lock()
        self._waiting = {}
        self._calls = 0
        self._actors = {}

    def write(self, **message):
        with self._lock:
            answers.write(json.dumps(message) + '\n')
            answers.flush()

    def ask(self, **event):
        """Has the tests answer an event."""
        answered = threading.Event()
        with self._lock:
            self._calls += 1
            event['call'] = self._calls
            entry = self._waiting[event['call']] = [answered, None]
        self.write(**event)
        answered.wait()
        return load(entry[1])

    def answered(self, message):
        entry = self._waiting.pop(message['call'])
        entry[1] = message['value']
        entry[0].set()

    def take(self, order):
        """Carries out an order and answers it."""
        try:
            answer = self._start(order) if order['do'] == 'start' else carry_out(self._actors[order['actor']], order)
        except Exception as ex:
            answer = {'error': repr(ex)}
        self.write(id=order['id'], **answer)

    def _start(self, order):
        kind = {'agent': pizco.Agent, 'server': pizco.Server}[order['kind']]
        hooks = dict((name, hook(name, order['actor'])) for name in order['hooks'])
        actor = type(kind)(kind.__name__, (kind,), hooks)
        ends = [order['rep'] or ANYWHERE, order['pub'] or ANYWHERE]
        if order['kind'] == 'server':
            ends.insert(0, None if order['class'] else Example())
        self._actors[order['actor']] = started = actor(*ends)
        return {'rep': started.rep_endpoint, 'pub': started.pub_endpoint}


def hook(name, number):
    """Makes a method that the test's own method of that name answers."""
    def on_request(self, sender, topic, content, msgid):
        return theatre.ask(event='request', actor=number, sender=sender, topic=topic, msgid=msgid, value=dump(content))

    def inspect(self):
        return theatre.ask(event='hook', actor=number, name=name)

    def about_attribute(self, attr):
        try:
            value = dump(attr)
        except Exception:  # a method cannot be pickled
            value = ''
        return theatre.ask(event='hook', actor=number, name=name, value=value)

    return {'on_request': on_request, 'inspect': inspect}.get(name, about_attribute)


def carry_out(actor, order):
    """Returns the answer to an order."""
    if order['do'] == 'stop':
        actor.stop()
    elif order['do'] == 'publish':
        actor.publish(order['topic'], load(order['value']))
    elif order['do'] == 'request':
        return {'value': dump(actor.request(order['endpoint'], load(order['value'])))}
    elif order['do'] == 'subscribers':
        return {'count': actor.subscribers.get(order['topic'], 0)}
    elif order['do'] == 'subscribe':
        def notified(sender, topic, content, msgid):
            theatre.write(event='notification', actor=order['actor'], handler=order['handler'], sender=sender, topic=topic, msgid=msgid,
                          value=dump(content))
        actor.subscribe(order['endpoint'], order['topic'], notified, order['pub'])
    elif order['do'] == 'peek':
        value = getattr(actor.served_object, order['name'])
        return {'value': dump(len(value.slots) if isinstance(value, pizco.Signal) else value)}
    else:
        raise ValueError('no order {}'.format(order['do']))
    return {}


def main():
    for line in iter(sys.stdin.readline, ''):
        order = json.loads(line)
        if order['do'] == 'answer':
            theatre.answered(order)
            continue
        thread = threading.Thread(target=theatre.take, args=(order,))
        thread.daemon = True
        thread.start()
    os._exit(0)  # the tests are over, and the original's threads do not end


theatre = Theatre()
if __name__ == '__main__':
    main()
