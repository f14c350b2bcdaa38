// A client for pizco's conformance suite that speaks json, with nothing but Node and its ZeroMQ
// package. It shows what interop/PROTOCOL.md asks of a peer; it is no library. Written for servers
// that answer, one request at a time.
import { createHmac, randomUUID } from 'node:crypto';
import * as zmq from 'zeromq';
import { parse, write } from './values.js';

const conns = new Map();

class Connection {
  slots = new Map(); // by signal: the slots that are connected
  byName = new Map();
  futures = new Map(); // by message id: {settle, promise}
  named = new Map(); // the suite's names of futures

  constructor({ endpoint, key, timeout_ms }) {
    Object.assign(this, { endpoint, key, timeout: timeout_ms });
    this.req = new zmq.Request({ receiveTimeout: timeout_ms, linger: 0 });
    this.req.connect(endpoint);
    this.sub = new zmq.Subscriber({ linger: 0 });
  }

  async open() {
    const info = await this.request('"info"');
    this.sub.connect(info.$dict.find(([name]) => name === 'pub_endpoint')[1]);
    this.sub.subscribe(this.prefix('__future__'));
    this.listen();
  }

  close() { this.req.close(); this.sub.close(); }

  prefix(topic) { return `PZC00+${this.endpoint}+${topic}`; }

  sign(frames) { return this.key ? createHmac('sha1', this.key).update(Buffer.concat(frames)).digest() : Buffer.alloc(0); }

  async request(content) {
    const frames = ['PZC00+tcp://127.0.0.1:1+', 'json', content, `urn:uuid:${randomUUID()}`].map((text) => Buffer.from(text));
    await this.req.send([...frames, this.sign(frames)]);
    return this.read(await this.req.receive());
  }

  read(frames) {
    if (frames.length < 5) throw new Error(`${frames.length} frames`);
    if (this.key && !this.sign(frames.slice(0, 4)).equals(frames[4])) throw new Error('the signature does not match');
    const [magic, sender, topic, ...more] = frames[0].toString().split('+');
    if (magic !== 'PZC00' || more.length || sender !== this.endpoint) throw new Error(`header ${frames[0]}`);
    if (frames[1].toString() !== 'json') throw new Error(`cannot read ${frames[1]}`);
    this.topic = topic;
    return parse(frames[2].toString());
  }

  async listen() {
    for await (const frames of this.sub) {
      const content = this.read(frames);
      if (this.topic === '__future__') {
        const { msgid, result, exception } = Object.fromEntries(content.$dict);
        this.future(msgid).settle(exception === null ? { returned: result } : { failed: 'protocol', message: write(exception) });
      } else {
        for (const slot of this.slots.get(this.topic) ?? []) slot.keep(content);
      }
    }
  }

  // The notification may come before the answer that announces it, so either makes the future.
  future(id) {
    if (!this.futures.has(id)) {
      const future = {};
      future.promise = new Promise((resolve) => { future.settle = resolve; });
      this.futures.set(id, future);
    }
    return this.futures.get(id);
  }

  async ask(action, options) {
    const answer = await this.request(write(['PSMessage', action, { $dict: Object.entries(options) }]));
    if (answer?.[0] !== 'PSMessage') throw new Error(`answer ${write(answer)}`);
    const [, kind, value] = answer;
    if (kind === 'return') return { returned: value };
    if (kind === 'remote') return { remote: true };
    if (kind === 'future_register') return { future: this.future(value) };
    const told = Object.fromEntries(value.$dict); // what a json server can say of an exception
    return { raised: told.class, args: { $tuple: told.args }, message: told.message };
  }

  exec(name, method, args, kwargs) {
    const options = { name, method };
    if (args.length) options.args = args;
    if (kwargs?.$dict.length) options.kwargs = kwargs;
    return this.ask('exec', options);
  }

  limited(promise) {
    let timer;
    const late = new Promise((resolve) => { timer = setTimeout(() => resolve({ failed: 'timeout', message: 'no result' }), this.timeout); });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  }
}

class Slot {
  events = [];

  constructor(arity) { this.arity = arity; }

  keep(values) { this.events.push({ $tuple: values.slice(0, this.arity) }); this.arrived?.(); }

  async take(count, patience) {
    const deadline = Date.now() + patience;
    while (this.events.length < count && Date.now() < deadline) {
      await new Promise((resolve) => { this.arrived = resolve; setTimeout(resolve, deadline - Date.now()); });
    }
    return this.events.splice(0);
  }
}

const operations = {
  async connect(c) { await c.open(); return { returned: null }; },
  async disconnect(c, r) { c.close(); conns.delete(r.conn); return {}; },
  async call(c, r) {
    const result = await c.exec(r.name, '__call__', r.args, r.kwargs);
    return result.future ? c.limited(result.future.promise) : result;
  },
  get: async (c, r) => { const got = await c.ask('get', { name: r.name }); return got; },
  set: (c, r) => c.ask('setattr', { name: r.name, value: r.value }),
  getitem: (c, r) => c.exec(r.name, '__getitem__', [r.key]),
  setitem: (c, r) => c.exec(r.name, '__setitem__', [r.key, r.value]),
  async start(c, r) {
    const result = await c.exec(r.name, '__call__', r.args, r.kwargs);
    if (!result.future) return result;
    c.named.set(r.future, result.future);
    return { started: true };
  },
  result: (c, r) => c.limited(c.named.get(r.future).promise),
  async subscribe(c, r) {
    const slot = new Slot(r.arity);
    c.byName.set(r.slot, slot);
    if (!c.slots.get(r.name)?.size) { c.slots.set(r.name, new Set()); c.sub.subscribe(c.prefix(r.name)); }
    c.slots.get(r.name).add(slot);
    return { returned: null };
  },
  async unsubscribe(c, r) {
    c.slots.get(r.name).delete(c.byName.get(r.slot));
    if (!c.slots.get(r.name).size) c.sub.unsubscribe(c.prefix(r.name));
    return { returned: null };
  },
  events: async (c, r) => ({ events: await c.byName.get(r.slot).take(r.count, r.timeout_ms) }),
  instantiate: (c, r) => c.ask('instantiate', { class: r.name, args: r.args, kwargs: r.kwargs }),
  send: async (c, r) => ({ returned: await c.request(write(r.content)) }),
};

const hello = {
  name: 'a peer in JavaScript', language: `Node ${process.version}`, libraries: `zeromq ${zmq.version}`, host: '127.0.0.1',
  ops: Object.keys(operations), serializers: ['json'], transports: ['tcp', 'ipc'], features: [],
};

async function perform(r) {
  if (r.op === 'hello') return hello;
  if (r.op === 'connect') conns.set(r.conn, new Connection(r));
  try {
    return await operations[r.op](conns.get(r.conn), r);
  } catch (error) {
    return { failed: error.code === 'EAGAIN' ? 'timeout' : error.code ? 'broken' : 'protocol', message: String(error) };
  }
}

function answer(message) {
  const text = Buffer.from(JSON.stringify(message));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  process.stdout.write(Buffer.concat([length, text]));
}

let input = Buffer.alloc(0);
process.stdin.on('end', () => process.exit(0));
process.stdin.on('data', (chunk) => {
  input = Buffer.concat([input, chunk]);
  while (input.length >= 4 && input.length >= 4 + input.readUInt32BE()) {
    const end = 4 + input.readUInt32BE();
    const r = JSON.parse(input.subarray(4, end));
    input = input.subarray(end);
    if (r.op === 'quit') process.exit(0);
    perform(r).then((result) => answer({ id: r.id, result }));
  }
});
