// The methods of an object: a form for each, made from its signature, and what comes of calls.

import {get, post, remove} from './api.js';
import {h, newID} from './dom.js';
import {toArguments, toTagged} from './literal.js';
import {problemView} from './problem.js';
import {arrayView, textOf} from './summary.js';

// How long the gateway is asked to wait for a future before it is asked again.
const futureWait = '20s';

// signature returns what Python would show between the parentheses.
export function signature(member) {
  if (!member.known_params) return '…';
  const parts = [];
  let bare = false;
  for (const p of member.params ?? []) {
    if (p.kind === 'var_positional') bare = true;
    if (p.kind === 'keyword_only' && !bare) {
      parts.push('*');
      bare = true;
    }
    const stars = {var_positional: '*', var_keyword: '**'}[p.kind] ?? '';
    const type = p.type ? `: ${p.type}` : '';
    const value = 'default' in p ? `${type ? ' = ' : '='}${p.default}` : '';
    parts.push(`${stars}${p.name}${type}${value}`);
  }
  return parts.join(', ');
}

// Method shows one method.
class Method {
  constructor(member) {
    this.member = member;
    this.inputs = [];
    this.outcome = h('div', {className: 'outcome'});
    this.button = h('button', {className: 'primary'}, 'Call ', h('span', {className: 'unseen'}, member.name));
    const form = h('form', {className: 'inline', onsubmit: event => this.call(event)}, h('div', {className: 'fields'}, ...this.fields()), this.button, this.outcome);
    this.element = h('details', {className: 'member'},
      h('summary', {}, h('h3', {}, member.name), h('code', {}, `(${signature(member)})`)),
      member.doc ? h('p', {className: 'doc'}, member.doc) : null, form);
    this.element.dataset.method = member.name;
  }

  fields() {
    if (!this.member.known_params) {
      return [this.field({name: 'Arguments'}, "as in 8, 'left', speed=2.5", 'call')];
    }
    return (this.member.params ?? []).map(p => {
      if (p.kind === 'var_positional') return this.field(p, "more values, as in 1, 'x'", 'positional');
      if (p.kind === 'var_keyword') return this.field(p, "more by name, as in speed=2.5, unit='mm'", 'keywords');
      return this.field(p, 'default' in p ? `${p.default} if it is left empty` : 'required', 'value');
    });
  }

  field(parameter, hint, use) {
    const id = newID('field'), hintID = newID('hint');
    const input = h('input', {id, autocomplete: 'off', spellcheck: false, className: 'literal', 'aria-describedby': hintID});
    input.setAttribute('autocapitalize', 'off');
    this.inputs.push({input, parameter, use});
    const type = parameter.type ? ` (${parameter.type})` : '';
    return h('div', {className: 'field'}, h('label', {htmlFor: id}, parameter.name + type), input, h('small', {id: hintID, className: 'faint'}, hint));
  }

  // arguments returns args and kwargs as JSON, or throws an error that says which input is wrong.
  arguments() {
    const args = [], kwargs = [];
    let byName = false; // from the first that is left empty on
    for (const {input, parameter, use} of this.inputs) {
      const text = input.value.trim();
      input.removeAttribute('aria-invalid');
      try {
        if (use === 'value') {
          if (text === '' && !('default' in parameter)) throw new Error('a value is needed');
          if (text === '') byName = true;
          else if (byName || parameter.kind === 'keyword_only') kwargs.push([parameter.name, toTagged(text)]);
          else args.push(toTagged(text));
          continue;
        }
        const more = toArguments(text);
        if (use === 'positional' && more.kwargs.length || use === 'keywords' && more.args.length) {
          throw new Error(use === 'keywords' ? 'each needs its name, as in speed=2.5' : 'names are not for here');
        }
        if (byName && more.args.length) throw new Error('the values before must not be left empty then');
        args.push(...more.args);
        kwargs.push(...more.kwargs);
      } catch (error) {
        input.setAttribute('aria-invalid', 'true');
        input.focus();
        throw new Error(`${parameter.name}: ${error.message}`);
      }
    }
    return {args, kwargs};
  }

  async call(event) {
    event.preventDefault();
    if (this.calling) return;
    this.calling = true;
    const began = performance.now();
    try {
      const call = this.arguments();
      this.say(h('p', {role: 'status', className: 'faint'}, 'Calling…'));
      const {pending, document} = await post(`${this.member.href}?mode=summary`, call);
      const result = pending ? await this.future(document) : document.get('result');
      if (result !== undefined) this.result(result, performance.now() - began);
    } catch (error) {
      this.say(problemView(error));
    } finally {
      this.calling = false;
    }
  }

  // future waits for a future and returns its result, or undefined when the user has cancelled it.
  async future(document) {
    const path = document.get('href');
    let cancelled = false;
    this.say(h('p', {role: 'status', className: 'faint'}, 'The method has returned a future; waiting for it… '),
      h('button', {
        type: 'button', onclick: async () => {
          cancelled = true;
          await remove(path).catch(() => {});
          this.say(h('p', {role: 'status'}, 'Cancelled, as far as the target can.'));
        },
      }, 'Cancel'));
    while (!cancelled) {
      const now = await get(`${path}?mode=summary&wait=${futureWait}`);
      if (now.get('state') === 'done') return now.get('result') ?? null;
      if (now.get('state') === 'failed') throw problemOf(now.get('error'));
    }
    return undefined;
  }

  result(value, milliseconds) {
    this.say(h('p', {role: 'status'}, h('span', {className: 'faint'}, 'Result: '), h('code', {className: 'value'}, value ? textOf(value) : 'None'),
      h('span', {className: 'faint'}, ` in ${milliseconds.toFixed(0)} ms`)), (value && arrayView(this.member.name, value)) ?? '');
  }

  say(...elements) { this.outcome.replaceChildren(...elements); }
}

// problemOf makes an error of the document that tells how a future failed.
function problemOf(document) {
  const error = new Error(document.get('detail') || document.get('title'));
  const exception = document.get('exception');
  if (exception) error.exception = Object.fromEntries([...exception, ['traceback', exception.get('traceback') ?? []]]);
  return error;
}

// methodsView shows all methods of an object.
export function methodsView(members) {
  return h('section', {'aria-labelledby': 'methods-title'}, h('h2', {id: 'methods-title'}, 'Methods'),
    members.length ? h('p', {className: 'faint'}, 'Arguments are Python literals: ', h('code', {}, "8, 2.5, 'text', [1, (2, 3)], {'a': None}"), '.') : null,
    ...(members.length ? members.map(member => new Method(member).element) : [h('p', {className: 'faint'}, 'The object has none.')]));
}
