// Reads Python's literals, and the arguments of a call, and writes them as tagged JSON
// (docs/gateway.md).

// LiteralError tells what is wrong with a literal, and where.
export class LiteralError extends Error {
  constructor(reason, at) {
    super(`${reason} (character ${at + 1})`);
    this.at = at;
  }
}

const names = {None: 'null', True: 'true', False: 'false', null: 'null', true: 'true', false: 'false',
  nan: '{"$float": "nan"}', inf: '{"$float": "inf"}', Ellipsis: '{"$constant": "Ellipsis"}'};
const numberPattern = /(0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*)?\.\d[\d_]*(?:[eE][+-]?\d+)?|\d[\d_]*\.?(?:[eE][+-]?\d+)?)([jJ])?/y;
const namePattern = /[\p{L}_][\p{L}\p{N}_]*/uy;
const stringStart = /([rR]?[bB]?|[bB][rR]|[uU])('''|"""|'|")/y;

class Parser {
  constructor(text) { this.text = text; this.at = 0; }

  fail(reason, at = this.at) { throw new LiteralError(reason, at); }

  space() { while (/\s/.test(this.text[this.at] ?? '')) this.at++; }

  peek(sign) { this.space(); return this.text.startsWith(sign, this.at); }

  take(sign) {
    if (!this.peek(sign)) return false;
    this.at += sign.length;
    return true;
  }

  match(pattern) {
    this.space();
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  end() {
    this.space();
    if (this.at < this.text.length) this.fail(`unexpected ${this.text[this.at]}`);
  }

  // value reads one value and returns its JSON.
  value() {
    this.space();
    const start = this.at;
    if (this.at === this.text.length) this.fail('a value is missing');
    if (this.take('...')) return names.Ellipsis;
    if (this.take('[')) return `[${this.items(']').join(', ')}]`;
    if (this.take('(')) return this.parenthesized();
    if (this.take('{')) return this.braces();
    const string = this.match(stringStart);
    if (string) return this.string(string, start);
    if (/[-+.\d]/.test(this.text[start])) return this.number();
    const name = this.match(namePattern);
    if (!name) this.fail(`unexpected ${this.text[start]}`);
    if (name[0] === 'set' && this.take('(') && this.take(')')) return '{"$set": []}';
    if (!(name[0] in names)) this.fail(`${name[0]} is not a literal; a text needs quotes: '${name[0]}'`, start);
    return names[name[0]];
  }

  // items reads values up to a closing sign.
  items(close) {
    const items = [];
    while (!this.take(close)) {
      if (this.at === this.text.length) this.fail(`${close} is missing`);
      items.push(this.value());
      if (!this.take(',') && !this.peek(close)) this.fail(`, or ${close} is missing`);
    }
    return items;
  }

  parenthesized() {
    if (this.take(')')) return '{"$tuple": []}';
    const first = this.value();
    if (this.take(')')) return first;
    if (!this.take(',')) this.fail(', or ) is missing');
    return `{"$tuple": [${[first, ...this.items(')')].join(', ')}]}`;
  }

  braces() {
    if (this.take('}')) return '{}';
    const first = this.value();
    if (!this.take(':')) {
      if (!this.take(',') && !this.peek('}')) this.fail(':, , or } is missing');
      return `{"$set": [${[first, ...this.items('}')].join(', ')}]}`;
    }
    const entries = [[first, this.value()]];
    while (!this.take('}')) {
      if (!this.take(',')) this.fail(', or } is missing');
      if (this.take('}')) break;
      const key = this.value();
      if (!this.take(':')) this.fail(': is missing');
      entries.push([key, this.value()]);
    }
    return dict(entries);
  }

  string(start, at) {
    let [, prefix, quote] = start;
    prefix = prefix.toLowerCase();
    let out = '';
    for (;;) {
      if (this.at >= this.text.length) this.fail('the closing quote is missing', at);
      if (this.text.startsWith(quote, this.at)) break;
      const char = this.text[this.at++];
      if (char === '\\') out += prefix.includes('r') ? char + (this.text[this.at++] ?? '') : this.escape(prefix.includes('b'));
      else if (char === '\n' && quote.length === 1) this.fail('the closing quote is missing', at);
      else if (prefix.includes('b') && char > '\u007f') this.fail('bytes hold ASCII characters and escapes only', this.at - 1);
      else out += char;
    }
    this.at += quote.length;
    const next = this.match(stringStart);
    if (next) {
      if (next[1].toLowerCase().includes('b') !== prefix.includes('b')) this.fail('bytes and text cannot be joined');
      const rest = JSON.parse(this.string(next, this.at));
      return prefix.includes('b') ? bytes(out + atob(rest.$bytes)) : JSON.stringify(out + rest);
    }
    if (!prefix.includes('b')) return JSON.stringify(out);
    return bytes(out);
  }

  escape(isBytes) {
    const char = this.text[this.at++] ?? '';
    const simple = {n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v', a: '\u0007', '\n': '', '\\': '\\', "'": "'", '"': '"'};
    if (char in simple) return simple[char];
    const digits = {x: 2, u: isBytes ? 0 : 4, U: isBytes ? 0 : 8}[char];
    if (digits) {
      const hex = this.text.slice(this.at, this.at + digits);
      if (hex.length !== digits || !/^[0-9a-fA-F]+$/.test(hex) || parseInt(hex, 16) > 0x10ffff) this.fail(`\\${char} needs ${digits} hexadecimal digits`);
      this.at += digits;
      return String.fromCodePoint(parseInt(hex, 16));
    }
    if (char === 'N' && !isBytes) this.fail('\\N is not understood here');
    if (/[0-7]/.test(char)) {
      const octal = /^[0-7]{0,2}/.exec(this.text.slice(this.at))[0];
      this.at += octal.length;
      return String.fromCharCode(parseInt(char + octal, 8));
    }
    return `\\${char}`;
  }

  // number reads a number with its sign, or a complex number made of two.
  number() {
    const first = this.signed();
    this.space();
    if (first.imaginary || !/[-+]/.test(this.text[this.at] ?? '')) return first.imaginary ? complex(first.text.startsWith('-') ? '-0.0' : '0.0', first.text) : first.json;
    const second = this.signed();
    if (!second.imaginary) this.fail('only complex numbers are made of two');
    return complex(float(first.text), second.text);
  }

  signed() {
    let sign = '';
    while (this.peek('-') || this.peek('+')) {
      if (this.text[this.at++] === '-') sign = sign ? '' : '-';
    }
    const start = this.at;
    const number = this.match(numberPattern);
    if (!number) {
      const name = this.match(namePattern);
      if (name?.[0] === 'inf') return {text: `${sign}1e999`, json: `{"$float": "${sign}inf"}`};
      if (name?.[0] === 'nan') return {text: 'nan', json: names.nan};
      this.fail('a number is missing', start);
    }
    if (/_$|__|_[.eEjJ]|\._/.test(number[1]) || /^0[\d_]*[1-9]$/.test(number[1])) this.fail('this is no number', start);
    const digits = number[1].replaceAll('_', '');
    if (number[2]) return {imaginary: true, text: sign + digits};
    if (/^0[xXoObB]/.test(digits)) {
      const text = sign + BigInt(digits).toString();
      return {text, json: text};
    }
    if (/^\d+$/.test(digits)) {
      const text = sign + digits.replace(/^0+(?=\d)/, '');
      return {text, json: text === '-0' ? '0' : text};
    }
    return {text: sign + digits, json: float(sign + digits)};
  }
}

// float writes a float so that it stays one: with a point or an exponent.
function float(text) {
  const value = Number(text);
  if (Number.isNaN(value)) return names.nan;
  if (!Number.isFinite(value)) return `{"$float": "${value < 0 ? '-' : ''}inf"}`;
  if (Object.is(value, -0)) return '-0.0';
  const written = String(value);
  return /[.e]/.test(written) ? written : `${written}.0`;
}

const complex = (real, imaginary) => `{"$complex": [${real}, ${float(imaginary)}]}`;
const bytes = text => `{"$bytes": ${JSON.stringify(btoa(text))}}`;

// dict writes a dict. One with a single key that is a tag is a value in tagged JSON itself.
function dict(entries) {
  const keys = entries.map(([key]) => key);
  const texts = keys.every(key => key.startsWith('"'));
  const distinct = new Set(keys).size === keys.length;
  if (texts && distinct && (keys.length === 1 || !keys.some(key => key.startsWith('"$')))) {
    return `{${entries.map(([key, value]) => `${key}: ${value}`).join(', ')}}`;
  }
  const last = new Map(entries); // of a key that comes again, the last value counts
  return `{"$dict": [${[...last].map(([key, value]) => `[${key}, ${value}]`).join(', ')}]}`;
}

// toTagged returns the JSON of a literal. A tuple may lack its parentheses.
export function toTagged(text) {
  const parser = new Parser(text);
  const first = parser.value();
  if (!parser.take(',')) {
    parser.end();
    return first;
  }
  const rest = [];
  while (parser.space(), parser.at < text.length) {
    rest.push(parser.value());
    if (!parser.take(',')) parser.end();
  }
  return `{"$tuple": [${[first, ...rest].join(', ')}]}`;
}

// toArguments reads what stands between the parentheses of a call and returns the JSON of args, a
// list, and of kwargs, pairs of name and JSON.
export function toArguments(text) {
  const parser = new Parser(text);
  const args = [], kwargs = [];
  parser.space();
  while (parser.at < text.length) {
    const start = parser.at;
    const name = parser.match(/([\p{L}_][\p{L}\p{N}_]*)\s*=(?!=)/uy);
    if (name) {
      if (kwargs.some(([known]) => known === name[1])) parser.fail(`${name[1]} is given twice`, start);
      kwargs.push([name[1], parser.value()]);
    } else {
      if (kwargs.length) parser.fail('an argument without a name comes after one with a name');
      args.push(parser.value());
    }
    if (!parser.take(',')) parser.end();
    parser.space();
  }
  return {args, kwargs};
}
