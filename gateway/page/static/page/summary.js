// Shows summaries of values (docs/gateway.md): what the gateway says of a value of any size, parsed
// by json.js.

import {h} from './dom.js';
import {plain} from './json.js';

// textOf returns the value as Python prints it, or the beginning of it.
export const textOf = summary => summary.get('array') ? arrayText(summary) : summary.get('repr');

// literalOf returns the value as it can be edited, or nothing when only a part of it is known.
export const literalOf = summary => summary?.get('whole') && !summary.get('array') ? summary.get('repr') : '';

// numberOf returns the number that a value can be plotted as, or null.
export function numberOf(summary) {
  const number = summary?.get('number');
  return number ? Number(number.text) : null;
}

const isArray = summary => Boolean(summary.get('array'));

// bytesOf returns about how many bytes a value takes.
export const bytesOf = summary => Number(summary.get('bytes').text);

// arrayText names what an array is: its class, dtype, shape and ends.
function arrayText(summary) {
  const array = plain(summary.get('array'));
  const shape = `(${array.shape.join(', ')}${array.shape.length === 1 ? ',' : ''})`;
  const dtype = typeof array.dtype === 'string' ? array.dtype : 'structured';
  const elements = array.first.concat(array.last.length ? ['…'] : [], array.last).join(', ');
  return `${summary.get('type').split('.').at(-1)} of ${dtype}, shape ${shape}: [${elements}]`;
}

// arrayView shows the measures and the picture of an array, or nothing for any other value.
export function arrayView(name, summary) {
  if (!isArray(summary)) return null;
  const array = plain(summary.get('array'));
  const facts = [['min', array.min], ['max', array.max], ['mean', array.mean], ['nan', array.nans], ['inf', array.infinities]].filter(([, value]) => value !== undefined);
  const view = h('div', {className: 'array'}, h('p', {className: 'faint'}, facts.map(([label, value]) => `${label} ${short(value)}`).join(', ')));
  if (array.plot) view.append(picture(name, array));
  return view;
}

const width = 640, height = 140, margin = 4;

// picture draws the band between the least and the greatest value of each bucket.
function picture(name, array) {
  const {low, high} = array.plot;
  const finite = low.concat(high).filter(value => value !== null);
  let least = finite[0], greatest = finite[0];
  for (const value of finite) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  if (least === greatest) [least, greatest] = [least - 1, greatest + 1];
  const x = i => (margin + i / Math.max(low.length - 1, 1) * (width - 2 * margin)).toFixed(1);
  const y = value => (height - margin - (value - least) / (greatest - least) * (height - 2 * margin)).toFixed(1);
  let path = '';
  for (let from = 0; from < low.length; from++) {
    if (low[from] === null) continue;
    let to = from;
    while (to + 1 < low.length && low[to + 1] !== null) to++;
    for (let i = from; i <= to; i++) path += `${i === from ? 'M' : 'L'}${x(i)} ${y(high[i])}`;
    for (let i = to; i >= from; i--) path += `L${x(i)} ${y(low[i])}`;
    path += 'Z';
    from = to;
  }
  const title = `${name}: ${array.size} elements between ${short(array.min ?? least)} and ${short(array.max ?? greatest)}`;
  const svg = h('svg:svg', {class: 'plot', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title},
    h('svg:path', {class: 'band', d: path}));
  const figure = h('figure', {}, svg, h('figcaption', {}, title));
  figure.dataset.array = name;
  return figure;
}

const short = value => typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value);
