"""What a Proxy of the original must find at a server that serves an Instrument, as named checks.

A check is a function that takes a Session and raises when something is not as it should be. The checks say nothing about what the
server is written in; instrument_client.py runs them against any endpoint.
"""

import collections
import datetime
import decimal
import queue
import threading
import time
import uuid

import zmq

import pizco_compat
from pizco import Proxy
from pizco_compat import original

import instrument

WAIT_SECONDS = 10
RESEND_SECONDS = 0.1

Check = collections.namedtuple('Check', [
    'function',
    'json',      # whether json can carry what it needs
    'original',  # whether the original's own server passes
])

#: The checks by name, in the order in which they run.
CHECKS = collections.OrderedDict()


def check(json, original=True):
    def register(function):
        CHECKS[function.__name__] = Check(function, json, original)
        return function
    return register


class Session(object):
    """A Proxy to the server under test, and what checks need beside it."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.proxies = []
        self.proxy = self.another_proxy()

    def another_proxy(self):
        """Returns a Proxy that survives notifications that it did not ask for.

        The original raises KeyError in its event loop when another client's future is done, or when a signal arrives
        just after its last slot was disconnected. With pyzmq 16 that closes its socket for notifications for good.
        """
        proxy = Proxy(self.endpoint)
        agent = proxy._proxy_agent
        agent._futures = collections.defaultdict(original.futures.Future)
        agent.notifications_callbacks = collections.defaultdict(lambda: None, agent.notifications_callbacks)
        self.proxies.append(proxy)
        return proxy

    def close(self):
        """Stops the proxies.

        Left to the garbage collector, a proxy stops itself through its loop, which with pyzmq 16 waits for ever for a lock that it
        holds itself when the collector has run inside of it.
        """
        for proxy in self.proxies:
            pizco_compat.wait_until_started(proxy._proxy_agent)
            proxy._proxy_stop_me()

    @property
    def agent(self):
        return self.proxy._proxy_agent

    def ask(self, action, options):
        return self.agent.request_server(action, options)

    def listen(self, signal, emit, proxy=None):
        """Connects a slot to a signal and returns the queue that it fills, once the subscription has reached the server.

        Nothing tells a client when that is, so emit(probe) is called until a probe comes back; probes that were still
        under way are left out by next_of.
        """
        arrived = queue.Queue()
        slot = lambda *values: arrived.put(values)
        getattr(proxy or self.proxy, signal).connect(slot)
        deadline = time.time() + WAIT_SECONDS
        while time.time() < deadline:
            emit(PROBE)
            try:
                arrived.get(timeout=RESEND_SECONDS)
                return arrived, slot
            except queue.Empty:
                pass
        raise AssertionError('no notification of {} in {} s'.format(signal, WAIT_SECONDS))


    def settle(self):
        """Waits until the proxy's loop has done all that it was asked for.

        The original forgets a signal's last slot at once and unsubscribes in its loop: a notification in between is an error that
        closes its socket.
        """
        done = threading.Event()
        self.agent.loop.add_callback(done.set)
        if not done.wait(WAIT_SECONDS):
            raise AssertionError('the loop did nothing in {} s'.format(WAIT_SECONDS))


PROBE = 'probe'


def next_of(arrived):
    """Returns the next values that are no probe."""
    while True:
        values = arrived.get(timeout=WAIT_SECONDS)
        if values[0] != PROBE:
            return values


def expect(got, want):
    if type(got) is not type(want) or got != want:
        raise AssertionError('got {!r}, want {!r}'.format(got, want))


def expect_raises(kind, args, function, *arguments, **keywords):
    """Checks that a call raises exactly this class, with these args (any when args is None)."""
    try:
        result = function(*arguments, **keywords)
    except Exception as error:
        if type(error) is not kind or (args is not None and error.args != args):
            raise AssertionError('raised {!r}, want {} with {!r}'.format(error, kind.__name__, args))
        return
    raise AssertionError('returned {!r}, want {}'.format(result, kind.__name__))


def resolved(start):
    """Returns the result of the future that start() returns, or raises its exception.

    A notification that was published before the proxy's subscription had reached the server is lost, so start is
    called again when nothing comes.
    """
    deadline = time.time() + WAIT_SECONDS
    while True:
        future = start()
        try:
            return future.result(timeout=1)
        except TimeoutErrors:
            if time.time() > deadline:
                raise AssertionError('the future was not done in {} s'.format(WAIT_SECONDS))


# They became one class in Python 3.11.
TimeoutErrors = (original.futures.TimeoutError, TimeoutError)


# Attributes.

@check(json=True)
def attribute(session):
    proxy = session.proxy
    expect(proxy.gain, 1.5)
    proxy.gain = 2.25
    expect(proxy.gain, 2.25)
    expect(session.another_proxy().gain, 2.25)
    proxy.gain = 1.5


@check(json=True)
def attribute_with_items_is_remote(session):
    """The original hands out no str, list or dict: whatever has __getitem__ stays where it is."""
    proxy = session.proxy
    expect(proxy.name[0], 't')
    expect(session.ask('getattr', {'name': 'name'}), 'thermometer')
    expect(proxy.payload, None)
    proxy.payload = [1, 'two']
    expect(proxy.payload[1], 'two')
    proxy.payload = None
    expect(proxy.payload, None)


@check(json=False)
def attribute_that_is_missing(session):
    words = ("'Instrument' object has no attribute 'colour'",)
    expect_raises(AttributeError, words, lambda: session.proxy.colour)
    expect_raises(AttributeError, words, session.ask, 'getattr', {'name': 'colour'})
    expect_raises(AttributeError, words, session.ask, 'exec', {'name': 'colour', 'method': '__call__'})


@check(json=True)
def dict_items(session):
    channels = session.proxy.channels
    expect(channels['two'], 'outside')
    channels['three'] = [3]
    expect(channels['three'], [3])
    channels['three'] = 'again'
    expect(session.proxy.channels['three'], 'again')


@check(json=False)
def dict_items_by_number(session):
    channels = session.proxy.channels
    expect(channels[1], 'inside')
    expect(channels[1.0], 'inside')
    expect_raises(KeyError, ('missing',), lambda: channels['missing'])


@check(json=False)
def list_items(session):
    notes = session.proxy.notes
    expect(notes[0], 'calibrated')
    expect(notes[-1], 'calibrated')
    expect_raises(IndexError, None, lambda: notes[1])


@check(json=True)
def property_with_setter(session):
    proxy = session.proxy
    proxy.temperature = 25.5
    expect(proxy.temperature, 25.5)
    proxy.temperature = -3
    expect(proxy.temperature, -3)


@check(json=False)
def property_that_refuses(session):
    proxy = session.proxy
    proxy.temperature = 20.0
    expect_raises(ValueError, ('no temperature is below absolute zero', -300), setattr, proxy, 'temperature', -300)
    expect_raises(TypeError, ('a temperature is a number', 'hot'), setattr, proxy, 'temperature', 'hot')
    expect(proxy.temperature, 20.0)


@check(json=False)
def property_that_is_read_only(session):
    expect(session.ask('getattr', {'name': 'serial_number'}), 'PZC-0001')
    expect_raises(AttributeError, None, setattr, session.proxy, 'serial_number', 'mine')
    expect(session.ask('getattr', {'name': 'serial_number'}), 'PZC-0001')


# Calls.

@check(json=True)
def calls(session):
    proxy = session.proxy
    expect(proxy.nothing(), None)
    expect(proxy.scale(8), 16)
    expect(proxy.scale(8, 3), 24)
    expect(proxy.scale(1.5, 2), 3.0)
    expect(proxy.scale('ab', 2), 'abab')


@check(json=True)
def keyword_arguments(session):
    proxy = session.proxy
    expect(proxy.scale(8, factor=4), 32)
    expect(proxy.scale(x=8, factor=4), 32)
    expect(proxy.scale(factor=4, x=8), 32)


@check(json=False)
def any_arguments(session):
    proxy = session.proxy
    expect(proxy.echo(), ((), {}))
    expect(proxy.echo(1, 'a', None, k=[1], l=(2,)), ((1, 'a', None), {'k': [1], 'l': (2,)}))


@check(json=False)
def wrong_arguments(session):
    proxy = session.proxy
    expect_raises(TypeError, None, proxy.scale)
    expect_raises(TypeError, None, proxy.scale, 1, 2, 3)
    expect_raises(TypeError, None, proxy.scale, 1, colour=2)
    expect_raises(TypeError, None, proxy.scale, 1, x=2)


@check(json=True)
def several_proxies(session):
    proxies = [session.another_proxy() for _ in range(5)]
    for round in range(3):
        for n, proxy in enumerate(proxies):
            expect(proxy.scale(n, factor=round), n * round)


# Exceptions.

@check(json=False)
def exceptions(session):
    proxy = session.proxy
    expect_raises(ValueError, ('not a valid age', 42), proxy.fail_value)
    expect_raises(KeyError, ('missing',), proxy.fail_key)
    expect_raises(RuntimeError, (), proxy.fail_without_args)
    expect_raises(FileNotFoundError, (2, u'no such file: \u6e29\u5ea6'), proxy.fail_unicode)
    expect_raises(instrument.CalibrationError, ('drift', 0.5), proxy.fail_calibration)
    expect(proxy.scale(1), 2)


@check(json=False)
def exception_that_cannot_be_read(session):
    """The original pickles what its client cannot rebuild; the client says so with a ValueError, and works on."""
    try:
        session.proxy.fail_out_of_range()
    except ValueError as error:
        # Also right: an OutOfRange with its words, from a server that sends what can be rebuilt.
        if not (isinstance(error, instrument.OutOfRange) or 'deserialize' in str(error)):
            raise AssertionError('raised {!r}'.format(error))
    else:
        raise AssertionError('nothing was raised')
    expect(session.proxy.scale(1), 2)


# Futures.

@check(json=False)
def futures(session):
    proxy = session.proxy
    expect(resolved(lambda: proxy.think('six by nine')), 42)
    pending = [proxy.think(n, seconds=0.3 - n / 10.0) for n in range(3)]
    expect([future.result(timeout=WAIT_SECONDS) for future in pending], [0, 1, 2])


@check(json=False)
def future_that_fails(session):
    try:
        result = resolved(session.proxy.think_in_vain)
    except ValueError as error:
        expect(error.args, ('no idea',))
    else:
        raise AssertionError('the future has the result {!r}'.format(result))


# Signals.

@check(json=True)
def signal_with_one_to_three_values(session):
    proxy = session.proxy
    arrived, _ = session.listen('measured', proxy.measure)
    proxy.measure(1)
    expect(list(next_of(arrived)), [1, None, None])
    proxy.measure(1, 'two')
    expect(list(next_of(arrived)), [1, 'two', None])
    proxy.measure(1, [2], {'three': 3})
    expect(list(next_of(arrived)), [1, [2], {'three': 3}])


@check(json=True)
def signal_of_a_property(session):
    proxy = session.proxy
    proxy.temperature = 0

    def change(_):
        proxy.temperature = proxy.temperature + 1

    arrived, _ = session.listen('temperature_changed', change)
    before = proxy.temperature
    proxy.temperature = before + 100
    while True:
        values = list(arrived.get(timeout=WAIT_SECONDS))
        if values[0] >= 100:
            break
    expect(values, [before + 100, before, None])


@check(json=True)
def signal_in_order(session):
    proxy = session.proxy
    arrived, _ = session.listen('alarm', lambda _: proxy.sound_alarm(1))
    while not arrived.empty():
        arrived.get()
    proxy.sound_alarm(100)
    seen = []
    while seen[-100:] != list(range(100)):
        seen.append(arrived.get(timeout=WAIT_SECONDS)[0])
        if len(seen) > 100 and seen[0] != 0:
            raise AssertionError('came out of order: {!r}'.format(seen))


@check(json=True)
def signal_with_two_slots(session):
    """Slots are called in the order of their connection; one that is disconnected is not called any more."""
    proxy = session.proxy
    arrived, first = session.listen('measured', proxy.measure)
    second = lambda *values: arrived.put(('second',) + values)
    proxy.measured.connect(second)
    proxy.measure('both')
    expect(next_of(arrived)[:1], ('both',))
    expect(next_of(arrived)[:2], ('second', 'both'))
    proxy.measured.disconnect(first)
    proxy.measure('one')
    expect(next_of(arrived)[:2], ('second', 'one'))


@check(json=True)
def signal_disconnected(session):
    """After the last slot has gone nothing comes, and a slot that is connected later is called again."""
    proxy = session.proxy
    arrived, slot = session.listen('measured', proxy.measure)
    proxy.measured.disconnect(slot)
    session.settle()
    proxy.measure('unheard')
    # What comes first may still come through the old subscription, and what is next be lost between
    # the two.
    again, _ = session.listen('measured', proxy.measure)
    for _ in range(int(WAIT_SECONDS / RESEND_SECONDS)):
        proxy.measure('heard')
        if came(again, 'heard'):
            break
    else:
        raise AssertionError('no notification after the slot was connected again')
    while not arrived.empty():
        expect(arrived.get()[:1], (PROBE,))


def came(arrived, first):
    try:
        while arrived.get(timeout=RESEND_SECONDS)[0] != first:
            pass
        return True
    except queue.Empty:
        return False


@check(json=True)
def signal_for_two_proxies(session):
    """Disconnecting in one proxy has no effect on another."""
    other = session.another_proxy()
    mine, slot = session.listen('measured', session.proxy.measure)
    theirs, _ = session.listen('measured', session.proxy.measure, other)
    session.proxy.measured.disconnect(slot)
    session.settle()
    session.proxy.measure('theirs')
    expect(next_of(theirs)[:1], ('theirs',))
    while not mine.empty():
        expect(mine.get()[:1], (PROBE,))


# Values.

JSON_VALUES = [
    None, True, False, 0, 1, -1, 255, 256, 65535, 65536, -2 ** 31, 2 ** 31, 2 ** 63 - 1, -2 ** 63, 2 ** 63, 2 ** 64, -2 ** 200, 10 ** 400,
    0.0, -0.0, 1.0, 1.5, 1e22, 1e-7, 5e-324, 1.7976931348623157e308, float('inf'), float('-inf'),
    u'', u'a', u'\xe9', u'\u6e29\u5ea6', u'\U0001f600', u'\ud800', u'\x00\x7f\n"\\', u'x' * 300,
    [], [1, [2, []]], {}, {u'a': {u'b': [None, True]}}, [u'same', u'same'], list(range(2000)),
]

PICKLE_VALUES = [
    b'', b'a', bytes(bytearray(range(256))), bytearray(), bytearray(b'abc'), b'x' * 70000,
    (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), ((), [()]),
    {1: 'int', 'two': 2, (3, 4): None, None: 5.5, b'six': frozenset([6])},
    set(), {1, 'two', (3,)}, frozenset(), frozenset([1, 2]), Ellipsis, NotImplemented,
    1j, complex(-0.0, 2.5), range(1, 10, 2), slice(1, None, 3),
    datetime.date(2017, 11, 2), datetime.datetime(2017, 11, 2, 3, 4, 5, 678), datetime.timedelta(-1, 2, 3),
    datetime.datetime(2017, 11, 2, tzinfo=datetime.timezone.utc), datetime.time(23, 59),
    decimal.Decimal('1.10'), decimal.Decimal('-Infinity'), uuid.UUID(int=2 ** 127 + 5),
    collections.OrderedDict([('z', 1), ('a', 2)]), collections.deque([1, 2], 5), collections.Counter('abca'),
    {n: str(n) for n in range(2500)},
]

CALLABLES = [dict, ValueError, len, instrument.CalibrationError]


@check(json=True)
def values_that_json_knows(session):
    for value in JSON_VALUES:
        expect(session.proxy.same(value), value)
    expect(str(session.proxy.same(-0.0)), '-0.0')
    nan = session.proxy.same(float('nan'))
    if nan == nan:
        raise AssertionError('nan came back as {!r}'.format(nan))


@check(json=False)
def values_that_pickle_knows(session):
    for value in PICKLE_VALUES:
        expect(session.proxy.same(value), value)


@check(json=False)
def classes_and_functions(session):
    for value in CALLABLES:
        expect(session.proxy.same(value), value)


@check(json=True)
def values_as_the_server_sees_them(session):
    for value in (None, True, 1, 1.0, 2 ** 70, u'\xe9', [1, u'a'], {u'k': None}):
        expect(session.proxy.describe(value), '{}: {!r}'.format(type(value).__name__, value))


@check(json=False)
def sharing_and_recursion(session):
    item = [1]
    got = session.proxy.same([item, item, {'again': item}])
    if not (got[0] is got[1] and got[0] is got[2]['again']):
        raise AssertionError('what was one list came back as several')
    item.append(item)
    got = session.proxy.same(item)
    if got[1] is not got:
        raise AssertionError('a list in itself came back as {!r}'.format(got))


@check(json=False)
def big_values(session):
    expect(session.proxy.zeros(3 << 20), b'\0' * (3 << 20))
    expect(len(session.proxy.same(u'\u20ac' * 500000)), 500000)
    expect(session.proxy.count_up_to(100000), list(range(100000)))


# What is below the Proxy.

@check(json=True)
def info(session):
    got = session.agent.request(session.endpoint, 'info')
    expect(sorted(got), ['pub_endpoint', 'rep_endpoint'])
    expect(got['rep_endpoint'], session.endpoint)


@check(json=True)
def anything_else_is_echoed(session):
    for content in ('', 'hello', 5, None, ['PSMessage'], ['NoMessage', 'get', {}], {'a': [1]}):
        expect(session.agent.request(session.endpoint, content), content)


@check(json=False)
def inspection(session):
    remote, objects = session.ask('inspect', {})
    expect(objects, set())
    expect(type(remote), set)
    for name in ('scale', 'echo', 'think', 'channels', 'notes', 'measured', 'alarm', 'temperature_changed', 'name'):
        if name not in remote:
            raise AssertionError('{} is not in {!r}'.format(name, remote))
    for name in ('gain', 'temperature', 'payload', '_temperature', '__init__'):
        if name in remote:
            raise AssertionError('{} is in {!r}'.format(name, remote))


@check(json=False)
def instantiation_of_a_second_object(session):
    options = {'class': 'instrument.Instrument', 'args': (), 'kwargs': {}}
    expect_raises(Exception, ('Cannot instantiate another object.',), session.ask, 'instantiate', options)


@check(json=False)
def unknown_action(session):
    expect_raises(Exception, ('invalid message action dance',), session.ask, 'dance', {})


@check(json=False)
def options_that_are_missing(session):
    expect_raises(KeyError, ('name',), session.ask, 'getattr', {})
    expect_raises(KeyError, ('method',), session.ask, 'exec', {'name': 'scale'})
    expect_raises(KeyError, ('value',), session.ask, 'setattr', {'name': 'gain'})
    expect(session.proxy.gain, 1.5)


@check(json=True)
def messages_that_cannot_be_parsed(session):
    """Each is answered with an empty content, under an empty topic and a new message id, and the server goes on serving."""
    protocol = session.agent.protocol
    good = protocol.format('tcp://127.0.0.1:1', 'topic', 'info', 'urn:uuid:1')
    bad = {
        'one frame': good[:1],
        'four frames': good[:4],
        'header': [good[0].replace(b'PZC00', b'PZC01')] + good[1:],
        'parts in the header': [b'PZC00+only'] + good[1:],
        'text in the header': [b'PZC00+\xff+'] + good[1:],
        'serializer': [good[0], b'xml'] + good[2:],
        'content': [good[0], b'pickle', b'\x80\x04garbage'] + good[3:],
        'json content': [good[0], b'json', b'{'] + good[3:],
    }
    if protocol.hmac_key:
        bad['signature'] = good[:4] + [b'\0' * 20]
        bad['no signature'] = good[:4] + [b'']
        # Only what is wrong in itself is left: the others would be refused for their signatures.
        for name in ('header', 'parts in the header', 'text in the header', 'serializer', 'content', 'json content'):
            frames = bad[name][:4]
            bad[name] = frames + [protocol._signature(protocol.hmac_key, frames)]
    socket = session.agent.ctx.socket(zmq.REQ)
    socket.setsockopt(zmq.LINGER, 0)
    socket.connect(session.endpoint)
    try:
        for name in sorted(bad):
            socket.send_multipart(bad[name])
            sender, topic, content, msgid = protocol.parse(socket.recv_multipart(), session.endpoint)
            if (topic, content) != ('', '') or msgid == 'urn:uuid:1' or not msgid.startswith('urn:uuid:'):
                raise AssertionError('wrong {}: answered {!r}'.format(name, (topic, content, msgid)))
        socket.send_multipart(good + [b'a sixth frame'])
        sender, topic, content, msgid = protocol.parse(socket.recv_multipart(), session.endpoint)
        expect((topic, msgid, content['rep_endpoint']), ('topic', 'urn:uuid:1', session.endpoint))
    finally:
        socket.close()
    expect(session.proxy.gain, 1.5)


# More than the original does.

@check(json=False, original=False)
def result_that_cannot_be_sent(session):
    """The original's server answers nobody any more after it."""
    expect_raises(TypeError, None, session.proxy.unpicklable)
    expect(session.proxy.scale(1), 2)
