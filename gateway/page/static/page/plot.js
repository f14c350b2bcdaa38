// A small plot of numbers over time, with its content in words and as a table.

import {h, newID, setText} from './dom.js';

const maxPoints = 600;
const width = 640, height = 140, left = 56, right = 12, top = 10, bottom = 22;
// How often those are told of changes who do not see them, in milliseconds.
const wordsEvery = 3000;
const tableRows = 20;

// Plot is a plot of one series; element is what shows it.
export class Plot {
  constructor(name) {
    this.name = name;
    this.points = [];
    const title = newID('plot');
    this.title = h('svg:title', {id: title}, `${name}: no values yet`);
    this.line = h('svg:polyline', {class: 'line'});
    this.dot = h('svg:circle', {class: 'dot', r: 3});
    this.labels = {
      top: h('svg:text', {x: left - 6, y: top + 8, 'text-anchor': 'end'}),
      bottom: h('svg:text', {x: left - 6, y: height - bottom, 'text-anchor': 'end'}),
      begin: h('svg:text', {x: left, y: height - 6}),
      end: h('svg:text', {x: width - right, y: height - 6, 'text-anchor': 'end'}),
    };
    const frame = h('svg:path', {class: 'axis', d: `M${left} ${top}V${height - bottom}H${width - right}`});
    this.svg = h('svg:svg', {class: 'plot', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-labelledby': title},
      this.title, frame, this.line, this.dot, ...Object.values(this.labels));
    this.body = h('tbody', {});
    this.table = h('details', {ontoggle: () => this.drawTable()}, h('summary', {}, `Values of ${name} as a table`),
      h('table', {}, h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, 'Time'), h('th', {scope: 'col'}, 'Value'))), this.body));
    this.element = h('figure', {}, h('figcaption', {}, name), this.svg, this.table);
    this.element.dataset.plot = name;
  }

  // add adds a point. Drawing waits for the next frame, so that many points cost one drawing.
  add(time, value) {
    this.points.push({time: time.getTime(), value});
    if (this.points.length > maxPoints) this.points.shift();
    this.element.dataset.points = this.points.length;
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  draw() {
    const {points} = this;
    const first = points[0].time, last = points.at(-1).time;
    let low = Math.min(...points.map(p => p.value)), high = Math.max(...points.map(p => p.value));
    if (low === high) [low, high] = [low - 1, high + 1];
    const x = time => left + (last === first ? 1 : (time - first) / (last - first)) * (width - left - right);
    const y = value => height - bottom - (value - low) / (high - low) * (height - top - bottom);
    this.line.setAttribute('points', points.map(p => `${x(p.time).toFixed(1)},${y(p.value).toFixed(1)}`).join(' '));
    this.dot.setAttribute('cx', x(last));
    this.dot.setAttribute('cy', y(points.at(-1).value));
    setText(this.labels.top, short(high));
    setText(this.labels.bottom, short(low));
    setText(this.labels.begin, clock(first));
    setText(this.labels.end, clock(last));
    this.say(low, high, (last - first) / 1000);
    this.drawTable();
  }

  say(low, high, seconds) {
    const now = Date.now();
    if (this.said && now - this.said < wordsEvery) return;
    this.said = now;
    const {points} = this;
    setText(this.title, `${this.name}: ${points.length} ${points.length === 1 ? 'value' : 'values'} in ${Math.round(seconds)} seconds, ` +
      `between ${short(Math.min(low, high))} and ${short(Math.max(low, high))}, the last ${short(points.at(-1).value)}`);
  }

  drawTable() {
    if (!this.table.open) return;
    this.body.replaceChildren(...this.points.slice(-tableRows).reverse().map(p =>
      h('tr', {}, h('td', {}, clock(p.time)), h('td', {}, String(p.value)))));
  }
}

const short = value => String(Number(value.toPrecision(5)));
const clock = time => new Date(time).toLocaleTimeString();
