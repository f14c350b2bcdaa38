// The attributes of an object: their values, live or read again and again, plotted where they are
// numbers, and forms to set them.

import {get, put} from './api.js';
import {h, newID, setText} from './dom.js';
import {toTagged} from './literal.js';
import {Plot} from './plot.js';
import {problemView} from './problem.js';
import {listen} from './stream.js';
import {arrayView, bytesOf, literalOf, numberOf, textOf} from './summary.js';

// What is shown of a value that is long.
const shortLength = 120;
// What makes a value expensive: so many bytes, or so many milliseconds to read. It is read when it
// comes into sight and by a button, and again and again only when that is asked for.
const manyBytes = 65536, longTime = 500;
// How many values are read at a time.
const atATime = 4;

// Attribute shows one attribute.
class Attribute {
  // changes is the member of the signal that tells new values, or undefined. Of a target that is
  // read-only, items can be read alone.
  constructor(member, changes, readOnly) {
    this.member = member;
    this.changes = changes;
    this.readOnly = readOnly;
    this.value = h('code', {className: 'value'}, '…');
    this.source = h('span', {className: 'badge'});
    this.problem = h('div', {});
    this.extra = h('div', {});
    this.plotButton = h('button', {type: 'button', hidden: true, onclick: () => this.togglePlot()}, 'Plot ', h('span', {className: 'unseen'}, member.name));
    this.plotButton.setAttribute('aria-pressed', 'false');
    this.readButton = h('button', {type: 'button', hidden: true, onclick: () => this.read()}, 'Read ', h('span', {className: 'unseen'}, member.name));
    this.keepBox = h('input', {type: 'checkbox', onchange: () => this.setSource(this.live)});
    this.keep = h('label', {className: 'check', hidden: true}, this.keepBox, 'again and again');
    this.array = h('div', {});
    this.visible = false;
    const buttons = h('span', {className: 'buttons'}, this.plotButton, this.readButton, this.keep);
    if (!member.read_only) buttons.append(this.formButton('Set', () => this.setForm()));
    if (member.items) buttons.append(this.formButton('Item', () => this.itemForm()));
    this.insistButton = this.formButton('Read anyway', () => this.insistForm());
    this.buttons = buttons;
    this.element = h('li', {className: 'member'},
      h('div', {className: 'row'}, h('h3', {}, member.name), this.value, this.source, buttons), this.array, this.problem, this.extra);
    this.element.dataset.attribute = member.name;
    this.streaming = false;
    this.told = 0; // how many values the signal has told
    this.setSource(false);
  }

  formButton(label, make) {
    const button = h('button', {type: 'button', onclick: () => this.toggleForm(button, make)}, `${label} `,
      h('span', {className: 'unseen'}, this.member.name));
    button.setAttribute('aria-expanded', 'false');
    return button;
  }

  setSource(live) {
    this.live = live;
    const polled = this.isPolled();
    setText(this.source, live ? 'live' : polled ? 'polled' : 'read once');
    this.source.title = live ? `Told by the signal ${this.changes.name}` :
      polled ? 'Read again in the interval that is chosen above' : 'It is large, or takes long to read';
    this.readButton.hidden = live || polled;
    this.keep.hidden = live || !this.expensive;
  }

  // isPolled reports whether the value is read again and again while it is in sight.
  isPolled() { return !this.expensive || this.keepBox.checked; }

  // start listens to the signal that tells new values, if there is one.
  start() {
    if (!this.changes) return;
    this.stop = listen(`${this.changes.href}?mode=summary`, (kind, detail) => {
      this.streaming = kind !== 'closed';
      if (kind === 'open') {
        this.read(); // what was missed until now
      } else if (kind === 'closed') {
        this.setSource(false);
      } else if (detail.values.length > 0) {
        this.told++;
        this.show(detail.values[0], detail.time);
      }
    });
  }

  // read reads the value. One that the signal tells meanwhile is newer, or is followed by one that
  // is.
  async read() {
    if (this.reading) return;
    this.reading = true;
    this.wasRead = true;
    const told = this.told, began = performance.now();
    try {
      const value = (await get(`${this.member.href}?mode=summary`)).get('value');
      this.expensive = bytesOf(value) > manyBytes || performance.now() - began > longTime;
      if (this.told === told) this.show(value, new Date());
    } catch (error) {
      if (error.status !== 401) this.fail(error);
    } finally {
      this.reading = false;
    }
  }

  show(value, time) {
    this.last = value;
    this.problem.replaceChildren();
    this.setSource(this.streaming);
    this.showText(textOf(value));
    const view = arrayView(this.member.name, value);
    this.array.replaceChildren(...view ? [view] : []);
    const number = numberOf(value);
    if (number === null) return;
    this.plotButton.hidden = false;
    this.plot?.add(time, number);
  }

  showText(text) {
    setText(this.value, text.length > shortLength ? `${text.slice(0, shortLength)}…` : text);
    this.value.title = text.length > shortLength ? text : '';
  }

  // showRepr shows what the target says of a value that it may be unable to send.
  showRepr(text) {
    this.last = undefined;
    this.array.replaceChildren();
    this.problem.replaceChildren();
    this.showText(text || '—');
    if (!this.readOnly && !this.insistButton.isConnected) this.buttons.append(this.insistButton);
    setText(this.source, 'repr');
    this.source.title = 'Only the repr was read: the target may be unable to send the value, and would never answer again.';
  }

  fail(error) {
    this.setSource(false); // until it can be read again
    if (error.type === 'unsafe-read') {
      this.showRepr(error.repr);
      return;
    }
    setText(this.value, '—');
    if (this.problem.textContent.includes(error.message)) return; // it has been said
    this.problem.replaceChildren(problemView(error));
  }

  togglePlot() {
    if (this.plot) {
      this.plot.element.remove();
      this.plot = null;
    } else {
      this.plot = new Plot(this.member.name);
      this.element.append(this.plot.element);
      const number = numberOf(this.last);
      if (number !== null) this.plot.add(new Date(), number);
    }
    this.plotButton.setAttribute('aria-pressed', String(this.plot !== null));
  }

  toggleForm(button, make) {
    const open = button.getAttribute('aria-expanded') === 'true';
    for (const other of this.element.querySelectorAll('[aria-expanded]')) other.setAttribute('aria-expanded', 'false');
    this.extra.replaceChildren();
    if (open) return;
    button.setAttribute('aria-expanded', 'true');
    const form = make();
    form.addEventListener('keydown', event => {
      if (event.key !== 'Escape') return;
      this.toggleForm(button, make);
      button.focus();
    });
    this.extra.append(form);
    const first = form.querySelector('input, button');
    first.focus();
    first.select?.();
  }

  setForm() {
    const input = field(`New value of ${this.member.name}`, literalOf(this.last));
    return form([input], 'Set', async outcome => {
      await put(this.member.href, toTagged(input.value));
      outcome.replaceChildren(h('p', {role: 'status'}, `${this.member.name} is set.`));
      await this.read();
    });
  }

  insistForm() {
    const warning = h('p', {}, `A target that cannot send ${this.member.name} never answers anybody again. It must be restarted then.`);
    const reading = form([], 'Read it', async outcome => {
      const value = (await get(`${this.member.href}?insist=1&mode=summary`)).get('value');
      outcome.replaceChildren(h('p', {role: 'status'}, h('code', {}, textOf(value))));
    });
    reading.prepend(warning);
    return reading;
  }

  itemForm() {
    const key = field(`Key in ${this.member.name}`, '');
    if (this.readOnly) return form([key], 'Get', outcome => this.showItem(key.value, outcome));
    const value = field('New value; empty to read the item', '');
    return form([key, value], 'Get or set', async outcome => {
      if (value.value.trim() === '') {
        await this.showItem(key.value, outcome);
        return;
      }
      await put(this.itemPath(key.value), toTagged(value.value));
      outcome.replaceChildren(h('p', {role: 'status'}, 'The item is set.'));
      await this.read();
    });
  }

  // itemPath returns the path of an item. A slice such as 0:1000:10 is not a literal.
  itemPath(key) { return `${this.member.href}/items/${encodeURIComponent(slice.test(key) ? key.trim() : toTagged(key))}`; }

  async showItem(key, outcome) {
    const item = (await get(`${this.itemPath(key)}?mode=summary`)).get('value');
    outcome.replaceChildren(h('p', {role: 'status'}, h('code', {}, textOf(item))), arrayView(key, item) ?? '');
  }
}

const slice = /^\s*[-\d\s,.]*:[-\d\s,:.]*$/;

// field returns an input with its label; the input is what has the value.
function field(label, value) {
  const id = newID('field');
  const input = h('input', {id, value, autocomplete: 'off', spellcheck: false, className: 'literal'});
  input.setAttribute('autocapitalize', 'off');
  input.label = h('label', {htmlFor: id}, label);
  return input;
}

// form returns a form that does something with its inputs, which are Python literals, and shows
// what comes of it.
function form(inputs, action, submit) {
  const outcome = h('div', {className: 'outcome'});
  return h('form', {
    className: 'inline', onsubmit: async event => {
      event.preventDefault();
      try {
        await submit(outcome);
      } catch (error) {
        outcome.replaceChildren(problemView(error));
      }
    },
  }, h('div', {className: 'fields'}, ...inputs.map(input => h('div', {className: 'field'}, input.label, input))), h('button', {className: 'primary'}, action), outcome);
}

// Attributes shows all attributes of an object and keeps them up to date.
export class Attributes {
  constructor(members, signals, readOnly) {
    const changed = new Map(signals.map(signal => [signal.name, signal]));
    this.all = members.map(member => new Attribute(member, changed.get(`${member.name}_changed`), readOnly));
    const id = newID('interval');
    this.interval = h('select', {id, onchange: () => this.schedule()},
      ...[['1000', 'every second'], ['5000', 'every 5 seconds'], ['30000', 'every 30 seconds'], ['0', 'by the button only']].map(
        ([value, text]) => h('option', {value}, text)));
    this.element = h('section', {'aria-labelledby': 'attributes-title'},
      h('div', {className: 'row'}, h('h2', {id: 'attributes-title'}, 'Attributes'),
        h('span', {className: 'controls'}, h('label', {htmlFor: id}, 'Values are read '), this.interval,
          h('button', {type: 'button', onclick: () => this.readAll(true)}, 'Read now'))),
      members.length ? h('ul', {className: 'members'}, ...this.all.map(a => a.element)) : h('p', {className: 'faint'}, 'The object has none.'));
  }

  start() {
    for (const attribute of this.all) attribute.start();
    const byElement = new Map(this.all.map(attribute => [attribute.element, attribute]));
    // A value is read when it comes into sight, or nearly so.
    this.observer = new IntersectionObserver(entries => {
      for (const entry of entries) byElement.get(entry.target).visible = entry.isIntersecting;
      this.read(attribute => attribute.visible && !attribute.wasRead);
    }, {rootMargin: '100% 0px'});
    for (const attribute of this.all) this.observer.observe(attribute.element);
    this.schedule();
  }

  stop() {
    this.observer?.disconnect();
    clearTimeout(this.timer);
    this.stopped = true;
    for (const attribute of this.all) attribute.stop?.();
  }

  schedule() {
    clearTimeout(this.timer);
    const wait = Number(this.interval.value);
    if (wait === 0 || this.stopped) return;
    this.timer = setTimeout(async () => {
      if (!document.hidden) await this.readAll(false);
      this.schedule();
    }, wait);
  }

  // readAll reads the values in sight: all of them by the button, else the polled ones.
  readAll(byButton) {
    return this.read(attribute => attribute.visible && (byButton ? !attribute.wasRead || attribute.isPolled() || attribute.problem.firstChild : !attribute.live && attribute.isPolled()));
  }

  // read reads the values of the attributes that are chosen, a few at a time.
  async read(chosen) {
    const waiting = this.all.filter(chosen);
    const worker = async () => {
      while (waiting.length > 0 && !this.stopped) {
        const attribute = waiting.shift();
        if (chosen(attribute)) await attribute.read(); // it may have been read meanwhile
      }
    };
    await Promise.all(Array.from({length: atATime}, worker));
  }
}
