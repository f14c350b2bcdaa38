// Streams of signals: over a WebSocket, or as server-sent events where something between here and
// the gateway lets no WebSocket through.

import {send, token, utf8} from './api.js';
import {parse} from './json.js';

// Of connections for server-sent events a browser opens six to one place over HTTP/1.1: some must
// stay free for requests.
const maxEventStreams = 4;
const firstWait = 500, lastWait = 10000;
let eventStreams = 0;

// overWebSocket streams until the stream ends. A WebSocket takes no headers: the token goes as a
// subprotocol.
function overWebSocket(stream, path) {
  return new Promise((resolve, reject) => {
    const protocols = ['pizco.v1'];
    if (token.get()) protocols.push(`pizco.bearer.${base64url(token.get())}`);
    const url = new URL(path, location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url, protocols);
    const end = () => socket.close();
    stream.abort.signal.addEventListener('abort', end);
    socket.onopen = () => stream.opened();
    socket.onmessage = event => stream.received(event.data);
    socket.onclose = () => {
      stream.abort.signal.removeEventListener('abort', end);
      reject(new Error('The stream has ended; trying again.'));
    };
  });
}

const base64url = text => btoa(utf8(text)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

// overEvents does the same by server-sent events. An EventSource takes no headers either, but fetch
// does.
async function overEvents(stream, path) {
  if (eventStreams >= maxEventStreams) throw new Error('The browser cannot stream more signals at a time.');
  eventStreams++;
  try {
    const response = await send(path, {headers: {Accept: 'text/event-stream'}, signal: stream.abort.signal});
    stream.opened();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const {done, value} = await reader.read();
      if (done) throw new Error('The stream has ended; trying again.');
      const events = (rest + value).split('\n\n');
      rest = events.pop();
      for (const event of events) {
        const data = event.split('\n').filter(line => line.startsWith('data: ')).map(line => line.slice(6));
        if (data.length > 0) stream.received(data.join('\n'));
      }
    }
  } finally {
    eventStreams--;
  }
}

const transports = [overWebSocket, overEvents];
const streams = new Map();

// Stream is the stream of one signal, shared by all who listen to it on this page.
class Stream {
  constructor(path) {
    this.path = path;
    this.listeners = new Set();
    this.abort = new AbortController();
    this.last = null;
    this.run();
  }

  // run keeps the stream up. A transport that has never come up is followed by the other.
  async run() {
    let wait = firstWait;
    for (let transport = 0; !this.abort.signal.aborted;) {
      this.up = false;
      try {
        await transports[transport](this, this.last === null ? this.path : `${this.path}${this.path.includes('?') ? '&' : '?'}after=${this.last}`);
      } catch (error) {
        if (this.abort.signal.aborted) return;
        if (this.up) wait = firstWait;
        else transport = 1 - transport;
        this.up = false;
        this.tell('closed', error);
      }
      await new Promise(resolve => { setTimeout(resolve, wait); });
      wait = Math.min(2 * wait, lastWait);
    }
  }

  opened() {
    this.up = true;
    this.tell('open');
  }

  received(text) {
    const document = parse(text);
    const id = Number(document.get('id').text);
    const lost = this.last !== null && id > this.last + 1 ? id - this.last - 1 : 0;
    this.last = id;
    this.tell('event', {values: document.get('values'), time: new Date(document.get('time')), error: document.get('error'), lost});
  }

  tell(kind, detail) { for (const listener of [...this.listeners]) listener(kind, detail); }
}

// listen has a listener called with ('open'), ('closed', error) and ('event', {values, time, error,
// lost}) of the signal at a path. The function that it returns ends that.
export function listen(path, listener) {
  let stream = streams.get(path);
  if (!stream) {
    stream = new Stream(path);
    streams.set(path, stream);
  } else if (stream.up) {
    queueMicrotask(() => listener('open'));
  }
  stream.listeners.add(listener);
  return () => {
    stream.listeners.delete(listener);
    if (stream.listeners.size > 0) return;
    stream.abort.abort();
    if (streams.get(path) === stream) streams.delete(path);
  };
}
