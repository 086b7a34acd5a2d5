// Making elements and text. Whatever comes from the node becomes a text node, never markup.

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'class') node.setAttribute('class', value);
    else if (name === 'text') node.textContent = value;
    else if (name === 'vars') for (const [key, v] of Object.entries(value)) node.style.setProperty(key, v);
    else if (name === 'data') for (const [key, v] of Object.entries(value)) node.dataset[key] = v;
    else if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return node;
}

export const el = (tag, properties, ...children) => fill(document.createElement(tag), properties, children);
export const svg = (tag, properties, ...children) => fill(document.createElementNS(SVG, tag), properties, children);

export function setText(node, text) {
  const value = String(text);
  if (node.textContent !== value) node.textContent = value;
}

/** Makes the children of parent those of items, in their order; keeps the element of each key. */
export function keyed(parent, items, keyOf, create, update) {
  const known = parent.__keyed ??= new Map();
  const wanted = new Set();
  let at = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    wanted.add(key);
    let node = known.get(key);
    if (!node) {
      node = create(item);
      known.set(key, node);
    }
    update?.(node, item);
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
  }
  for (const [key, node] of known) {
    if (!wanted.has(key)) {
      node.remove();
      known.delete(key);
    }
  }
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
export const count = number => whole.format(number ?? 0);

export function millis(value) {
  if (!(value >= 0)) return '';
  if (value < 1) return value === 0 ? '0 ms' : '<1 ms';
  if (value < 1000) return `${Math.round(value)} ms`;
  if (value < 60_000) return `${(value / 1000).toFixed(value < 10_000 ? 2 : 1)} s`;
  return span(value / 1000);
}

/** Seconds as people read them. */
export function span(seconds) {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function bytes(value) {
  if (!value) return '0 B';
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(4, Math.floor(Math.log2(value) / 10));
  const scaled = value / 1024 ** power;
  return `${power === 0 || scaled >= 100 ? Math.round(scaled) : scaled.toFixed(1)} ${units[power]}`;
}

export function ago(time) {
  const seconds = (Date.now() - time) / 1000;
  if (seconds < 1.5) return 'now';
  return seconds < 60 ? `${Math.round(seconds)} s ago`
    : seconds < 3600 ? `${Math.round(seconds / 60)} min ago`
      : seconds < 172_800 ? `${Math.round(seconds / 3600)} h ago` : new Date(time).toLocaleDateString();
}

const timeOfDay = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
export const clock = time => timeOfDay.format(time);
export const baseName = path => path.slice(path.lastIndexOf('/') + 1);
export const parent = path => path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';

/** A stacked bar. @param parts {name, value, kind}; its text for screen readers is all parts. */
export function bar(parts, total, unit = value => count(value)) {
  const sum = total ?? parts.reduce((all, part) => all + part.value, 0);
  const shown = parts.filter(part => part.value > 0);
  return el('div', { class: 'bar', role: 'img', 'aria-label': shown.map(p => `${p.name} ${unit(p.value)}`).join(', ') || 'empty' },
    shown.map(part => el('i', {
      class: `k-${part.kind}`, title: `${part.name}: ${unit(part.value)}`,
      vars: { '--part': `${100 * part.value / Math.max(sum, 1e-9)}%` },
    })));
}

export const legend = parts => el('ul', { class: 'legend' },
  parts.map(part => el('li', {}, el('i', { class: `k-${part.kind}` }), `${part.name}`, part.note ? el('b', { text: part.note }) : null)));

export function tile(name) {
  const value = el('p', { class: 'value' });
  const note = el('p', { class: 'note' });
  const node = el('div', { class: 'tile', data: { tile: name } }, el('p', { class: 'name', text: name }), value, note);
  return { node, set(text, more = '') { setText(value, text); setText(note, more); } };
}

export const card = (title, ...content) => el('section', { class: 'card' }, el('h2', { text: title }), ...content);
export const empty = text => el('p', { class: 'empty', text });
