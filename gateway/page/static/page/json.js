// JSON that keeps what JSON.parse loses: the difference between 1 and 1.0, ints of any size, and
// the order of keys.

// Num is a number as it was written.
export class Num {
  constructor(text) { this.text = text; }
  get isInt() { return /^-?\d+$/.test(this.text); }
}

const tokens = /[ \t\n\r]*(?:([{}[\],:])|"([^"\\\u0000-\u001f]*(?:\\.[^"\\\u0000-\u001f]*)*)"|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;
const constants = {true: true, false: false, null: null};

class Reader {
  constructor(text) { this.text = text; this.at = 0; this.next(); }

  next() {
    tokens.lastIndex = this.at;
    const match = tokens.exec(this.text);
    this.token = match;
    if (match) this.at = tokens.lastIndex;
  }

  fail() { throw new SyntaxError(`no valid JSON at character ${this.at + 1}`); }

  // take consumes a sign if it is there.
  take(sign) {
    if (!this.token || this.token[1] !== sign) return false;
    this.next();
    return true;
  }

  value() {
    const token = this.token;
    if (!token) this.fail();
    if (this.take('[')) return this.array();
    if (this.take('{')) return this.object();
    if (token[1]) this.fail();
    this.next();
    if (token[2] !== undefined) return JSON.parse(`"${token[2]}"`);
    return token[3] !== undefined ? new Num(token[3]) : constants[token[4]];
  }

  array() {
    const items = [];
    if (this.take(']')) return items;
    do items.push(this.value()); while (this.take(','));
    if (!this.take(']')) this.fail();
    return items;
  }

  object() {
    const fields = new Map();
    if (this.take('}')) return fields;
    do {
      if (!this.token || this.token[2] === undefined) this.fail();
      const key = this.value();
      if (!this.take(':')) this.fail();
      fields.set(key, this.value());
    } while (this.take(','));
    if (!this.take('}')) this.fail();
    return fields;
  }
}

// parse reads a text: objects are Maps, numbers are Nums, everything else is as JSON.parse has it.
export function parse(text) {
  const reader = new Reader(text);
  const value = reader.value();
  if (reader.token || reader.text.slice(reader.at).trim()) reader.fail();
  return value;
}

// plain returns what JSON.parse would have returned.
export function plain(value) {
  if (value instanceof Num) return Number(value.text);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]));
  return value;
}
