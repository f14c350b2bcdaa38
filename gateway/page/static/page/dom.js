// Small helpers to make elements.

let lastID = 0;

// newID returns an id that no element has yet.
export const newID = prefix => `${prefix}-${++lastID}`;

// h makes an element. Properties whose name begins with "on" are listeners, those with a dash and
// role are attributes, and the others are the element's own. Children are elements and texts; null
// is left out.
export function h(tag, properties = {}, ...children) {
  const element = tag.startsWith('svg:') ?
    document.createElementNS('http://www.w3.org/2000/svg', tag.slice(4)) : document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name.includes('-') || name === 'role' || element instanceof SVGElement) element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

// setText changes a text only where it is another one, so that what is selected stays so and
// nothing is announced twice.
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
