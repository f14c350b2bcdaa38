// The suite's forms of values, to and from json. JSON.parse cannot be used for what peers send: 1
// and 1.0 are an int and a float, ints may be long, and objects keep their order.

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|-?Infinity|[A-Za-z]+|[[\]{},:])/y;
const WORDS = { null: null, true: true, false: false, NaN: { $float: 'nan' }, Infinity: { $float: 'inf' }, '-Infinity': { $float: '-inf' } };

// parse returns the form of a json text.
export function parse(text) {
  TOKEN.lastIndex = 0;
  const next = () => TOKEN.exec(text)[1];
  const list = (close, item, items = []) => {
    for (let token = next(); token !== close; token = next()) {
      if (token !== ',') items.push(item(token));
    }
    return items;
  };
  const value = (token) => {
    if (token === '[') return list(']', value);
    if (token === '{') return { $dict: list('}', (key) => [string(JSON.parse(key)), (next(), value(next()))]) };
    if (token[0] === '"') return string(JSON.parse(token));
    if (token in WORDS) return WORDS[token];
    if (/[.eE]/.test(token)) return { $float: token };
    return Number.isSafeInteger(Number(token)) ? Number(token) : { $int: token };
  };
  return value(next());
}

// string returns the form of a str, which is base64 of its UTF-8 where that has lone surrogates.
function string(s) {
  if (s.isWellFormed()) return s;
  const bytes = [...s].map((c) => {
    const n = c.charCodeAt(0);
    return c.length === 1 && n >= 0xd800 && n < 0xe000 ? Buffer.from([0xe0 | n >> 12, 0x80 | n >> 6 & 63, 0x80 | n & 63]) : Buffer.from(c);
  });
  return { $str: Buffer.concat(bytes).toString('base64') };
}

// quote returns a str in json as Python writes it: in ASCII.
function quote(s) {
  return JSON.stringify(s).replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

// write returns the json text of a form.
export function write(form) {
  if (Array.isArray(form)) return `[${form.map(write).join(', ')}]`;
  if (typeof form === 'string') return quote(form);
  if (form === null || typeof form !== 'object') return String(form);
  const [[tag, body]] = Object.entries(form);
  switch (tag) {
    case '$tuple': return write(body);
    case '$int': return body;
    case '$float': return { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity' }[body] ?? body;
    case '$str': return quote(surrogates(Buffer.from(body, 'base64')));
    case '$dict': case '$ordereddict': case '$counter':
      return `{${body.map(([key, value]) => `${typeof key === 'string' ? write(key) : `"${write(key)}"`}: ${write(value)}`).join(', ')}}`;
    case '$defaultdict': return write(body[1]);
  }
  throw new Error(`json has no ${tag}`);
}

// surrogates decodes UTF-8 that may hold lone surrogates.
function surrogates(bytes) {
  return bytes.toString('latin1').replace(/\xed([\xa0-\xbf])([\x80-\xbf])|[^]/g, (all, a, b) => {
    return a ? String.fromCharCode(0xd000 | (a.charCodeAt(0) & 63) << 6 | b.charCodeAt(0) & 63) : all;
  });
}
