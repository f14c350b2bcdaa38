// The page: the targets, the object that is shown, the theme and the token.

import {get, getPlain, token} from './api.js';
import {Attributes} from './attributes.js';
import {h, setText} from './dom.js';
import {plain} from './json.js';
import {methodsView} from './methods.js';
import {problemView} from './problem.js';
import {repr} from './repr.js';
import {Signals} from './signals.js';

const targetsEvery = 3000;
const element = id => document.getElementById(id);

// inspect asks for the object of a target. The defaults of parameters are as Python would show
// them.
async function inspect(name) {
  const document = await get(`/v1/${encodeURIComponent(name)}`);
  const target = plain(document);
  (document.get('members') ?? []).forEach((member, i) => (member.get('params') ?? []).forEach((parameter, j) => {
    if (parameter.has('default')) target.members[i].params[j].default = repr(parameter.get('default'));
  }));
  return target;
}

const ofKind = (members, kind) => members.filter(member => member.kind === kind);

// ObjectView shows the object of one target.
class ObjectView {
  constructor(name) {
    this.name = name;
    this.state = h('span', {className: 'badge', role: 'status'});
    this.readOnly = h('span', {className: 'badge', hidden: true, title: 'Nothing of it can be set, and no method called'}, 'read-only');
    this.about = h('p', {className: 'faint'});
    this.content = h('div', {});
    this.title = h('h1', {tabIndex: -1}, name);
    this.element = h('div', {}, h('div', {className: 'row'}, this.title, this.state, this.readOnly,
      h('button', {type: 'button', onclick: () => this.load()}, 'Inspect anew')), this.about, this.content);
  }

  // update is told what the list of targets says.
  update(target) {
    setText(this.state, target ? target.state : 'unknown');
    this.state.dataset.state = target?.state ?? '';
    this.readOnly.hidden = !target?.read_only;
    setText(this.about, target ? [target.description, target.reason].filter(Boolean).join(' ') : '');
    if (target?.state === 'connected' && this.failed) this.load();
    else if (target?.state !== this.known) this.attributes?.readAll(true); // the signals do not tell that the target is gone, or is back
    this.known = target?.state;
  }

  async load() {
    if (this.loading) return;
    this.loading = true;
    this.failed = false;
    try {
      this.show(await inspect(this.name));
    } catch (error) {
      this.failed = true;
      this.leave();
      this.content.replaceChildren(problemView(error));
    }
    this.loading = false;
  }

  show(target) {
    this.leave();
    this.update(target);
    const members = target.members ?? [];
    const signals = ofKind(members, 'signal');
    this.attributes = new Attributes(ofKind(members, 'attribute'), signals, target.read_only);
    this.signals = new Signals(signals);
    const parts = [this.attributes.element];
    parts.push(target.read_only ? h('section', {}, h('h2', {}, 'Methods'), h('p', {className: 'faint'}, 'The target is read-only: its methods cannot be called.')) :
      methodsView(ofKind(members, 'method')));
    parts.push(this.signals.element);
    this.content.replaceChildren(...parts);
    if (!this.left) this.attributes.start();
  }

  leave() {
    this.attributes?.stop();
    this.signals?.stop();
  }
}

const page = {view: null, targets: []};

function chosen() {
  const [, name] = /^#\/(.+)$/.exec(location.hash) ?? [];
  return name ? decodeURIComponent(name) : page.targets[0]?.name ?? '';
}

// choose shows the target that the address names, or the first.
function choose(focus) {
  const name = chosen();
  if (name !== '' && page.view?.name !== name) {
    if (page.view) {
      page.view.left = true;
      page.view.leave();
    }
    page.view = new ObjectView(name);
    element('main').replaceChildren(page.view.element);
    document.title = `${name} – pizco gateway`;
    page.view.load();
    if (focus) page.view.title.focus();
  }
  for (const link of element('targets').querySelectorAll('a')) {
    if (link.dataset.target === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  page.view?.update(page.targets.find(target => target.name === name));
}

async function listTargets() {
  try {
    page.targets = (await getPlain('/v1')).targets;
    setText(element('trouble'), '');
  } catch (error) {
    setText(element('trouble'), error.status === 401 ? 'A token is needed.' : error.message);
    return;
  }
  const shown = [...element('targets').querySelectorAll('a')].map(link => link.dataset.target);
  if (shown.join('\n') !== page.targets.map(target => target.name).join('\n')) {
    element('targets').replaceChildren(...page.targets.map(targetItem));
  }
  for (const target of page.targets) {
    const state = element('targets').querySelector(`a[data-target="${CSS.escape(target.name)}"] .badge`);
    setText(state, target.state);
    state.dataset.state = target.state;
  }
  if (page.targets.length === 0) setText(element('trouble'), 'The gateway shows you no targets.');
  choose(false);
}

function targetItem(target) {
  const link = h('a', {href: `#/${encodeURIComponent(target.name)}`}, h('span', {}, target.name), ' ', h('span', {className: 'badge'}));
  link.dataset.target = target.name;
  return h('li', {}, link);
}

async function keepListing() {
  if (!document.hidden) await listTargets();
  setTimeout(keepListing, targetsEvery);
}

// --- Theme ---

const themes = ['auto', 'light', 'dark'];
const themeKey = 'pizco-gateway-theme';

function useTheme(theme) {
  document.documentElement.dataset.theme = theme;
  element('theme').value = theme;
}

// --- Token ---

function askForToken(reason) {
  const dialog = element('token-dialog');
  setText(element('token-reason'), reason);
  if (!dialog.open) dialog.showModal();
}

function showTokenState() { element('forget').hidden = token.get() === ''; }

function reload() {
  showTokenState();
  page.view?.leave();
  page.view = null;
  element('main').replaceChildren();
  element('targets').replaceChildren();
  page.targets = [];
  listTargets();
}

function start() {
  const stored = localStorage.getItem(themeKey);
  useTheme(themes.includes(stored) ? stored : 'auto');
  element('theme').addEventListener('change', event => {
    localStorage.setItem(themeKey, event.target.value);
    useTheme(event.target.value);
  });
  element('token-button').addEventListener('click', () => askForToken('It is kept for this tab, until you close it.'));
  element('token-form').addEventListener('submit', event => {
    event.preventDefault();
    element('token-dialog').close();
    token.set(element('token').value.trim());
    element('token').value = '';
    reload();
  });
  element('token-cancel').addEventListener('click', () => element('token-dialog').close());
  element('forget').addEventListener('click', () => {
    token.set('');
    reload();
  });
  window.addEventListener('unauthorized', () => askForToken(
    token.get() ? 'The gateway does not accept the token of this tab.' : 'The gateway needs a token. It is kept for this tab, until you close it.'));
  window.addEventListener('hashchange', () => choose(true));
  element('skip').addEventListener('click', event => {
    event.preventDefault(); // the address names the target
    element('main').focus();
  });
  showTokenState();
  keepListing();
}

start();
