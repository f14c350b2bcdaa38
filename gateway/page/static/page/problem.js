// Shows what went wrong.

import {h} from './dom.js';
import {repr} from './repr.js';

// problemView returns an element that tells of an error: an exception of the target with its
// traceback, or a sentence.
export function problemView(error) {
  if (!error.exception) return h('p', {className: 'problem', role: 'alert'}, error.message);
  const {class: name, module, message, args, traceback} = error.exception;
  const full = module && module !== 'builtins' ? `${module}.${name}` : name;
  const details = h('details', {}, h('summary', {}, 'Traceback and arguments'));
  if (traceback.length > 0) details.append(h('pre', {}, traceback.map(line => line.replace(/\n$/, '')).join('\n')));
  else details.append(h('p', {className: 'faint'}, 'The target has sent no traceback.'));
  if (args !== undefined && args !== null) details.append(h('p', {}, 'args: ', h('code', {}, repr(args))));
  return h('div', {className: 'problem'},
    h('p', {role: 'alert'}, h('strong', {}, full), message ? `: ${message}` : ''), details);
}
