// Talks to the gateway: requests with the token, and problems as errors.

import {parse, plain} from './json.js';

const tokenKey = 'pizco-gateway-token';

// token is kept for this tab only, until it is closed.
export const token = {
  get: () => sessionStorage.getItem(tokenKey) ?? '',
  set: value => value ? sessionStorage.setItem(tokenKey, value) : sessionStorage.removeItem(tokenKey),
};

// Problem is an error that the gateway has answered with (RFC 9457). The exception's args are still
// as json.js parses them.
export class Problem extends Error {
  constructor(status, document) {
    super(document.get?.('detail') || document.get?.('title') || `HTTP ${status}`);
    this.status = status;
    const exception = document.get?.('exception');
    this.type = (document.get?.('type') ?? '').replace(/^.*#/, '');
    this.repr = document.get?.('repr'); // of a value that was not read
    this.title = document.get?.('title') ?? '';
    this.exception = exception ? {
      class: exception.get('class'), module: exception.get('module'), message: exception.get('message'),
      args: exception.get('args'), traceback: exception.get('traceback') ?? [],
    } : null;
  }
}

// utf8 returns a text whose characters are the bytes of another one, which is what headers take.
export const utf8 = text => String.fromCharCode(...new TextEncoder().encode(text));

function headers(more = {}) {
  return token.get() ? {...more, Authorization: `Bearer ${utf8(token.get())}`} : more;
}

// send makes a request and returns its response, or throws the Problem that answers it.
export async function send(path, options = {}) {
  let response;
  try {
    response = await fetch(path, {cache: 'no-store', ...options, headers: headers(options.headers)});
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new Error('The gateway cannot be reached.');
  }
  if (response.ok) return response;
  const text = await response.text();
  let document;
  try { document = parse(text); } catch { document = new Map(); }
  if (response.status === 401) window.dispatchEvent(new Event('unauthorized'));
  throw new Problem(response.status, document);
}

// get returns the document at a path, parsed by json.js.
export async function get(path, options) {
  return parse(await (await send(path, options)).text());
}

// getPlain returns the document at a path as JSON.parse has it.
export async function getPlain(path) { return plain(await get(path)); }

// put replaces what is at a path by a value in tagged JSON.
export async function put(path, json) {
  await send(path, {method: 'PUT', body: `{"value": ${json}}`, headers: {'Content-Type': 'application/json'}});
}

// remove deletes what is at a path.
export async function remove(path) { await send(path, {method: 'DELETE'}); }

// post calls a method. The result is that of the method, or a document about its future when the
// status is 202.
export async function post(path, {args, kwargs}) {
  const body = `{"args": [${args.join(', ')}], "kwargs": {${kwargs.map(([name, json]) => `${JSON.stringify(name)}: ${json}`).join(', ')}}}`;
  const response = await send(path, {method: 'POST', body, headers: {'Content-Type': 'application/json'}});
  return {pending: response.status === 202, document: parse(await response.text())};
}

