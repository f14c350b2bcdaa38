// How Python would show a value that came as tagged JSON (docs/gateway.md), parsed by json.js.

import {Num} from './json.js';

// repr returns Python's repr of a value, or something like it for objects of classes that only
// Python knows.
export function repr(value) {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return stringRepr(value);
  if (value instanceof Num) return value.isInt ? value.text : floatRepr(Number(value.text));
  if (Array.isArray(value)) return `[${list(value)}]`;
  const tag = tagOf(value);
  if (tag && tags[tag]) return tags[tag](value.get(tag), value);
  return `{${pairs([...value])}}`;
}

// toNumber returns the number that a value can be plotted as, or null.
export function toNumber(value) {
  if (value instanceof Num) return Number(value.text);
  if (!(value instanceof Map)) return null;
  for (const tag of ['$int', '$decimal']) {
    if (value.size === 1 && value.has(tag)) return finite(Number(value.get(tag)));
  }
  return null;
}

const finite = number => Number.isFinite(number) ? number : null;

function tagOf(value) {
  const [first] = value.keys();
  return first && first.startsWith('$') ? first : null;
}

const list = items => items.map(repr).join(', ');
const pairs = entries => entries.map(([key, item]) => `${repr(key)}: ${repr(item)}`).join(', ');
const tuple = items => items.length === 1 ? `(${repr(items[0])},)` : `(${list(items)})`;
const number = value => value instanceof Num ? Number(value.text) : Number(value);

const tags = {
  $int: text => text,
  $str: parts => stringRepr(parts.join('\u0000').replaceAll('\u0000', '')),
  $float: text => text.startsWith('0x') ? 'nan' : text,
  $complex: ([real, imaginary]) => complexRepr(real, imaginary),
  $bytes: text => bytesRepr(text),
  $bytearray: text => `bytearray(${bytesRepr(text)})`,
  $tuple: tuple,
  $set: items => items.length ? `{${list(items)}}` : 'set()',
  $frozenset: items => items.length ? `frozenset({${list(items)}})` : 'frozenset()',
  $dict: entries => `{${pairs(entries)}}`,
  $constant: name => name,
  $class: ([module, name]) => `<class '${module}.${name}'>`,
  $date: text => `datetime.date(${text.split('-').map(Number).join(', ')})`,
  $time: text => typeof text === 'string' ? `datetime.time('${text}')` : `datetime.time('${text.get('at')}', ...)`,
  $datetime: text => typeof text === 'string' ? `datetime.datetime('${text}')` : `datetime.datetime('${text.get('at')}', ...)`,
  $timedelta: ([days, seconds, microseconds]) =>
    `datetime.timedelta(days=${repr(days)}, seconds=${repr(seconds)}, microseconds=${repr(microseconds)})`,
  $timezone: ([days, seconds, microseconds, name]) =>
    `datetime.timezone(${repr(new Map([['$timedelta', [days, seconds, microseconds]]]))}${name === undefined ? '' : `, ${repr(name)}`})`,
  $range: ([start, stop, step]) => `range(${repr(start)}, ${repr(stop)}${repr(step) === '1' ? '' : `, ${repr(step)}`})`,
  $slice: parts => `slice(${list(parts)})`,
  $ordereddict: entries => entries.length ? `OrderedDict({${pairs(entries)}})` : 'OrderedDict()',
  $decimal: text => `Decimal('${text}')`,
  $fraction: text => `Fraction(${text.replace('/', ', ')})`,
  $uuid: text => `UUID('${text}')`,
  $array: fields => arrayRepr(fields),
  $object: fields => objectRepr(fields),
  $def: (id, value) => repr(value.get('value')),
  $ref: () => '...',
};

// floatRepr writes a float as Python does, which changes to exponents at other sizes than
// JavaScript.
function floatRepr(value) {
  if (Object.is(value, -0)) return '-0.0';
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  const size = Math.abs(value);
  if (size === 0 || size >= 1e-4 && size < 1e16) {
    const text = String(value);
    return /[.e]/.test(text) ? text : `${text}.0`;
  }
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}

function complexRepr(real, imaginary) {
  const part = value => (value instanceof Map ? repr(value) : floatRepr(number(value))).replace(/\.0$/, '');
  const signed = part(imaginary);
  if (part(real) === '0') return `${signed}j`;
  return `(${part(real)}${signed.startsWith('-') ? '' : '+'}${signed}j)`;
}

function bytesRepr(base64) {
  const text = atob(base64);
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = '';
  for (const char of text) {
    const code = char.charCodeAt(0);
    if (char === '\\' || char === quote) out += `\\${char}`;
    else if (char === '\t') out += '\\t';
    else if (char === '\n') out += '\\n';
    else if (char === '\r') out += '\\r';
    else if (code < 0x20 || code >= 0x7f) out += `\\x${code.toString(16).padStart(2, '0')}`;
    else out += char;
  }
  return `b${quote}${out}${quote}`;
}

const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

function stringRepr(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = '';
  for (const char of text) {
    if (char === '\\' || char === quote) out += `\\${char}`;
    else if (char === '\t') out += '\\t';
    else if (char === '\n') out += '\\n';
    else if (char === '\r') out += '\\r';
    else if (unprintable.test(char)) out += escaped(char.codePointAt(0));
    else out += char;
  }
  return quote + out + quote;
}

function escaped(code) {
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

function arrayRepr(fields) {
  const shape = (fields.get('shape') || []).map(number);
  const dtype = fields.get('dtype');
  if (fields.get('scalar')) return `<numpy scalar of ${repr(dtype)}>`;
  return `<numpy array of ${typeof dtype === 'string' ? dtype : repr(dtype)}, shape (${shape.join(', ')}${shape.length === 1 ? ',' : ''})>`;
}

function objectRepr(fields) {
  const name = fields.has('class') ? fields.get('class').join('.') : repr(fields.get('callable') ?? null);
  const parts = [];
  for (const item of fields.get('args') || []) parts.push(repr(item));
  for (const [key, item] of fields.get('kwargs') || []) parts.push(`${key}=${repr(item)}`);
  let out = `${name}(${parts.join(', ')})`;
  if (fields.has('state')) out += ` with ${repr(fields.get('state'))}`;
  if (fields.has('items')) out += ` of [${list(fields.get('items'))}]`;
  if (fields.has('entries')) out += ` of {${pairs(fields.get('entries'))}}`;
  return fields.has('state') || fields.has('items') || fields.has('entries') ? `<${out}>` : out;
}
