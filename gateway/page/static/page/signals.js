// The signals of an object: their emissions as they come, plotted where they are numbers.

import {h, newID, setText} from './dom.js';
import {Plot} from './plot.js';
import {listen} from './stream.js';
import {numberOf, textOf} from './summary.js';

const maxLines = 50;
// How often the list of emissions is written anew, in milliseconds: more often cannot be read.
const writeEvery = 250;

// Signal shows one signal.
class Signal {
  constructor(member) {
    this.member = member;
    this.lines = [];
    this.count = 0;
    this.lost = 0;
    const id = newID('listen');
    this.box = h('input', {type: 'checkbox', id, onchange: () => this.toggle()});
    this.state = h('span', {className: 'faint', role: 'status'});
    this.list = h('ol', {});
    this.log = h('div', {className: 'log', role: 'log', 'aria-label': `Emissions of ${member.name}, the newest first`, hidden: true, tabIndex: 0}, this.list);
    this.element = h('li', {className: 'member'},
      h('div', {className: 'row'}, h('h3', {}, member.name), h('span', {className: 'check'}, this.box, h('label', {htmlFor: id}, 'Listen', h('span', {className: 'unseen'}, ` to ${member.name}`))), this.state),
      this.log);
    this.element.dataset.signal = member.name;
  }

  toggle() {
    if (!this.box.checked) {
      this.stop();
      setText(this.state, '');
      return;
    }
    setText(this.state, 'connecting');
    this.end = listen(`${this.member.href}?mode=summary`, (kind, detail) => this.heard(kind, detail));
  }

  stop() {
    this.end?.();
    this.end = null;
  }

  heard(kind, detail) {
    if (kind === 'open') setText(this.state, this.summary());
    if (kind === 'closed') setText(this.state, detail.message);
    if (kind !== 'event') return;
    this.count++;
    this.lost += detail.lost;
    this.lines.unshift({time: detail.time, text: detail.error || shown(detail.values), lost: detail.lost});
    this.lines.length = Math.min(this.lines.length, maxLines);
    const number = detail.values.length > 0 ? numberOf(detail.values[0]) : null;
    if (number !== null) {
      if (!this.plot) {
        this.plot = new Plot(this.member.name);
        this.element.append(this.plot.element);
      }
      this.plot.add(detail.time, number);
    }
    this.timer ??= setTimeout(() => this.write(), this.written ? writeEvery : 0);
  }

  summary() {
    const lost = this.lost ? `, ${this.lost} lost` : '';
    return this.count ? `listening: ${this.count} received${lost}` : 'listening';
  }

  write() {
    this.timer = null;
    this.written = true;
    if (this.end) setText(this.state, this.summary());
    this.log.hidden = false;
    this.list.replaceChildren(...this.lines.map(line => h('li', {},
      h('time', {dateTime: line.time.toISOString()}, line.time.toLocaleTimeString()), ' ', h('code', {}, line.text),
      line.lost ? h('span', {className: 'faint'}, ` after ${line.lost} that were lost`) : null)));
  }
}

// shown returns the values up to the last that is not None, as signals carry three of them.
function shown(values) {
  let end = values.length;
  while (end > 0 && values[end - 1].get('type') === 'NoneType') end--;
  return values.slice(0, end).map(textOf).join(' ');
}

// Signals shows all signals of an object.
export class Signals {
  constructor(members) {
    this.all = members.map(member => new Signal(member));
    this.element = h('section', {'aria-labelledby': 'signals-title'}, h('h2', {id: 'signals-title'}, 'Signals'),
      members.length ? h('ul', {className: 'members'}, ...this.all.map(s => s.element)) : h('p', {className: 'faint'}, 'The object has none.'));
  }

  stop() { for (const signal of this.all) signal.stop(); }
}
