// The last builds of this node.
import { el, keyed, setText, bar, legend, empty, count, millis, ago, baseName } from '/dom.js';
import { json, state } from '/store.js';

let list;
let none;
let openView;
let timer = 0;
let seen = -1;

export const buildsView = {
  create(root, { open }) {
    openView = open;
    list = el('div', { class: 'builds' });
    none = empty('No build yet. A build is what one session compiles in one tree, or what runs under: floe run -- make');
    root.append(legend([{ name: 'remote', kind: 'remote' }, { name: 'cached', kind: 'cached' }, { name: 'local', kind: 'local' }]), list, none);
  },
  show() {
    seen = -1;
    load();
    timer = setInterval(() => seen !== state.added && load(), 2000);
  },
  hide: () => clearInterval(timer),
};

async function load() {
  seen = state.added;
  let builds;
  try {
    builds = await json('/api/builds.json');
  } catch (failure) {
    setText(none, String(failure.message));
  }
  none.hidden = Boolean(builds?.length);
  if (builds === null) setText(none, 'This node does not group jobs into builds.');
  keyed(list, builds ?? [], build => build.id, make, update);
}

function make() {
  const more = el('div', { class: 'more' });
  return el('details', { class: 'card build' }, el('summary', {},
    el('b'), el('span', { class: 'path' }), el('span', { class: 'tag' }), el('div', { class: 'share' }),
    el('span', { class: 'time' }), el('span', { class: 'note' })), more);
}

function update(node, build) {
  const [name, path, tag, share, time, note] = node.firstChild.children;
  const text = JSON.stringify(build);
  setText(note, `${count(build.jobs)} jobs, ${millis(build.savedMillis)} of CPU saved, ${ago(Date.parse(build.ended))}`);
  if (node.dataset.text === text) return;
  node.dataset.text = text;
  node.dataset.build = build.id;
  setText(name, baseName(build.directory) || build.id);
  setText(path, build.directory);
  tag.className = `tag ${build.running ? 'remote' : 'quiet'}`;
  setText(tag, build.running ? 'running' : 'ended');
  share.replaceChildren(bar([{ name: 'remote', kind: 'remote', value: build.remote }, { name: 'cached', kind: 'cached', value: build.cached },
    { name: 'local', kind: 'local', value: build.local }], build.jobs));
  setText(time, millis(build.wallMillis));
  node.lastChild.replaceChildren(
    counts('Executors', build.executors), counts('Why local', build.localReasons), counts('Results', build.proofs),
    el('section', {}, el('h3', { text: 'Slowest' }), el('ol', { class: 'plainlist' }, (build.slowest ?? []).map(job => el('li', {},
      el('b', { text: baseName(job.source) }), ` ${job.decision} on ${job.node} `, el('span', { class: 'number', text: millis(job.totalMillis) }))))),
    el('section', {}, el('h3', { text: 'Build' }), el('p', { class: 'note', text: `${build.id}, by ${build.submitter}` }),
      el('button', { type: 'button', class: 'plain', text: 'Show its jobs', onclick: () => openView('jobs', `?${build.id}`) })));
}

function counts(title, map) {
  const all = Object.entries(map ?? {});
  return all.length ? el('section', {}, el('h3', { text: title }), el('ul', { class: 'plainlist' },
    all.map(([name, number]) => el('li', {}, el('span', { text: name.replaceAll('_', ' ') }), el('b', { class: 'number', text: count(number) }))))) : null;
}
