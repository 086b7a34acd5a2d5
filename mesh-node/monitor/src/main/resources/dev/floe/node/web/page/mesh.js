// The nodes of the mesh and the jobs between them.
import { el, svg, keyed, setText, tile, card, empty, count, span, millis, bytes, baseName } from '/dom.js';
import { state, colourOf } from '/store.js';

let width = 760; // of the drawing's own units; less on a phone, so that its text stays legible
const HEIGHT = 440;
const RINGED = 48; // more nodes are shown in the cards alone

const tiles = Object.fromEntries(['Slots', 'Jobs a second', 'Cache hits', 'CPU saved', 'Waiting', 'Jobs']
  .map(name => [name, tile(name)]));
let graph;
let edges;
let knots;
let cards;
let running;
let runningEmpty;
let reasons;
let reasonsEmpty;
let spark;
let slotBar;
let openView;

/** Where the first of so many nodes lies, in half turns, so that few lie behind one another. */
const TURNS = { 1: 0, 2: -0.86, 4: -0.78, 6: -0.68 };

const place = new Map(); // name of a node: {x, y, r}

export const meshView = {
  create(root, { open }) {
    openView = open;
    spark = svg('svg', { class: 'spark', viewBox: '0 0 120 28', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
      svg('path', { class: 'area' }), svg('path', { class: 'line' }));
    tiles['Jobs a second'].node.append(spark);
    slotBar = el('div', { class: 'meter', 'aria-hidden': 'true' }, el('i'));
    tiles.Slots.node.append(slotBar);
    edges = svg('g', { class: 'edges' });
    knots = svg('g', { class: 'knots' });
    graph = svg('svg', { class: 'graph', viewBox: `0 0 ${width} ${HEIGHT}`, role: 'img', 'aria-label': 'Nodes and the jobs between them' }, edges, knots);
    running = el('ol', { class: 'running' });
    runningEmpty = empty('Nothing is being compiled.');
    reasons = el('ul', { class: 'reasons' });
    reasonsEmpty = empty('No compile was local.');
    cards = el('div', { class: 'nodes' });
    root.append(
      el('div', { class: 'tiles' }, Object.values(tiles).map(one => one.node)),
      el('div', { class: 'split' },
        el('section', { class: 'card star' }, el('h2', { text: 'Jobs in flight' }), graph),
        card('Running now', running, runningEmpty)),
      el('h2', { class: 'apart', text: 'Nodes' }), cards,
      card('Why compiles were local', reasons, reasonsEmpty));
  },

  update({ snapshot }) {
    if (!snapshot) return;
    const totals = snapshot.totals;
    tiles.Slots.set(`${totals.busy} / ${totals.slots}`,
      `${totals.free} free${totals.offline ? `, ${totals.offline} not executing` : ''}`);
    slotBar.style.setProperty('--part', `${100 * totals.busy / Math.max(1, totals.slots)}%`);
    tiles['Jobs a second'].set(totals.jobsPerSecond.toFixed(1));
    tiles['Cache hits'].set(`${totals.hitPercent.toFixed(totals.hitPercent < 10 ? 1 : 0)} %`, `${count(totals.cached)} from the cache`);
    tiles['CPU saved'].set(span(totals.savedSeconds), 'by the cache and other nodes');
    tiles.Waiting.set(count(totals.queued), totals.queued === 1 ? 'job waits for a slot' : 'jobs wait for a slot');
    tiles.Jobs.set(count(totals.jobs), `${count(totals.remote)} remote, ${count(totals.local)} local`);
    drawSpark();
    drawGraph(snapshot);
    drawNodes(snapshot);
    drawRunning(snapshot.running);
    drawReasons(snapshot);
  },
};

function drawSpark() {
  const points = state.history;
  if (points.length < 2) return;
  const end = points[points.length - 1].time;
  const top = Math.max(1, ...points.map(point => point.rate));
  const xy = points.map(point => `${(120 - (end - point.time) / 1000).toFixed(1)} ${(27 - 25 * point.rate / top).toFixed(1)}`);
  const line = `M${xy.join('L')}`;
  spark.lastChild.setAttribute('d', line);
  spark.firstChild.setAttribute('d', `${line}L120 28L${xy[0].split(' ')[0]} 28Z`);
}

function arrange(nodes) {
  place.clear();
  const self = nodes.find(node => node.self);
  const others = nodes.filter(node => !node.self).sort((a, b) => a.name < b.name ? -1 : 1);
  const size = Math.max(13, Math.min(30, 150 / Math.sqrt(nodes.length + 2)));
  if (self) place.set(self.name, { x: width / 2, y: HEIGHT / 2, r: size * 1.15 });
  const two = others.length > 16;
  others.forEach((node, i) => {
    const turn = Math.PI * (2 * i / others.length + (TURNS[others.length] ?? -0.5));
    const ring = two && i % 2 ? 0.66 : 1;
    place.set(node.name, { x: width / 2 + ring * (width / 2 - 70) * outwards(Math.cos(turn)), y: HEIGHT / 2 + ring * (HEIGHT / 2 - 60) * outwards(Math.sin(turn)), r: size });
  });
}

/** From a circle towards a rectangle, which fills the drawing better. */
const outwards = x => Math.sign(x) * Math.abs(x) ** 0.65;

function drawGraph(snapshot) {
  width = graph.clientWidth && graph.clientWidth < 480 ? 430 : 760;
  graph.setAttribute('viewBox', `0 0 ${width} ${HEIGHT}`);
  const nodes = snapshot.nodes.slice(0, RINGED);
  arrange(nodes);
  const flights = new Map();
  for (const job of snapshot.running) {
    if (!job.executor || job.executor === job.submitter || !place.has(job.executor) || !place.has(job.submitter)) continue;
    const key = `${job.submitter}\n${job.executor}`;
    const flight = flights.get(key) ?? { key, from: job.submitter, to: job.executor, jobs: 0 };
    flight.jobs++;
    flights.set(key, flight);
  }
  keyed(edges, flights.values(), flight => flight.key, () => svg('g', {},
    svg('path', { class: 'edge' }), svg('path', { class: 'flow' }), svg('circle', { class: 'badge', r: 11 }), svg('text', { class: 'badge-text' })),
  (node, flight) => {
    const a = place.get(flight.from);
    const b = place.get(flight.to);
    const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
    const ux = (b.x - a.x) / length;
    const uy = (b.y - a.y) / length;
    const through = Math.hypot((a.x + b.x) / 2 - width / 2, (a.y + b.y) / 2 - HEIGHT / 2) < 60 && length > 260;
    const bend = through ? 120 : Math.min(60, length / 6); // not behind the node in the middle
    const mx = (a.x + b.x) / 2 - uy * bend;
    const my = (a.y + b.y) / 2 + ux * bend;
    const d = `M${(a.x + ux * a.r).toFixed(1)} ${(a.y + uy * a.r).toFixed(1)}Q${mx.toFixed(1)} ${my.toFixed(1)} ${(b.x - ux * b.r).toFixed(1)} ${(b.y - uy * b.r).toFixed(1)}`;
    node.setAttribute('class', `s${colourOf(flight.from)}`);
    const [edge, flow, badge, text] = node.children;
    edge.setAttribute('d', d);
    flow.setAttribute('d', d);
    edge.style.strokeWidth = `${Math.min(9, 1.5 + flight.jobs * 0.7)}px`;
    const x = (a.x + 2 * mx + b.x) / 4;
    const y = (a.y + 2 * my + b.y) / 4;
    badge.setAttribute('cx', x);
    badge.setAttribute('cy', y);
    text.setAttribute('x', x);
    text.setAttribute('y', y + 4);
    setText(text, flight.jobs);
  });
  const executing = byExecutor(snapshot.running);
  keyed(knots, nodes, node => node.id, () => svg('g', { class: 'knot' },
    svg('circle', { class: 'disc' }), svg('circle', { class: 'ring' }), svg('g', { class: 'arcs' }), svg('text', { class: 'load' }), svg('text', { class: 'name' })),
  (group, node) => {
    const { x, y, r } = place.get(node.name);
    group.setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    group.setAttribute('class', `knot${node.self ? ' self' : ''}${able(node) ? '' : ' idle'}`);
    const [disc, ring, arcs, load, name] = group.children;
    disc.setAttribute('r', r);
    ring.setAttribute('r', r - 3);
    setText(load, able(node) ? `${node.busy}/${node.slots}` : '–');
    load.setAttribute('y', 4.5);
    setText(name, node.name);
    name.setAttribute('y', r + 17);
    drawArcs(arcs, r - 3, executing.get(node.name) ?? [], node);
  });
  graph.setAttribute('aria-label', [...flights.values()].map(f => `${f.jobs} from ${f.from} on ${f.to}`).join('; ') || 'No jobs between nodes');
}

function drawArcs(group, radius, jobs, node) {
  const by = new Map();
  for (const job of jobs) by.set(job.submitter, (by.get(job.submitter) ?? 0) + 1);
  const around = 2 * Math.PI * radius;
  let before = 0;
  const arcs = [...by].map(([name, number]) => {
    const part = Math.min(1 - before, number / Math.max(1, node.slots));
    const arc = { name, part, before };
    before += part;
    return arc;
  });
  keyed(group, arcs, arc => arc.name, () => svg('circle', { transform: 'rotate(-90)' }), (arc, data) => {
    arc.setAttribute('class', `arc s${colourOf(data.name)}`);
    arc.setAttribute('r', radius);
    arc.setAttribute('stroke-dasharray', `${(data.part * around).toFixed(2)} ${around.toFixed(2)}`);
    arc.setAttribute('stroke-dashoffset', (-data.before * around).toFixed(2));
  });
}

const able = node => node.executes && !node.paused;

function byExecutor(jobs) {
  const all = new Map();
  for (const job of jobs) {
    const name = job.executor || (job.step.startsWith('local-run') ? job.submitter : '');
    if (!name || ['schedule', 'upload', 'queue', 'write', 'check', 'local-queue'].includes(job.step)) continue;
    if (!all.has(name)) all.set(name, []);
    all.get(name).push(job);
  }
  return all;
}

function drawNodes(snapshot) {
  const executing = byExecutor(snapshot.running);
  keyed(cards, snapshot.nodes, node => node.id, () => {
    const fields = Object.fromEntries(['load', 'speed', 'memory', 'done', 'submitted', 'traffic']
      .map(name => [name, el('dd')]));
    const card_ = el('article', { class: 'card node' },
      el('header', {}, el('h3'), el('div', { class: 'tags' })),
      el('p', { class: 'where' }), el('div', { class: 'slots', role: 'img' }), el('p', { class: 'trouble' }),
      el('dl', { class: 'facts' }, Object.entries(fields).map(([name, dd]) => el('div', {}, el('dt', { text: name }), dd))));
    card_.fields = fields;
    return card_;
  }, (element, node) => {
    const [header, where, slots, trouble] = element.children;
    element.dataset.node = node.name;
    setText(header.firstChild, node.name);
    const tags = [];
    if (node.self) tags.push(['this node', 'self']);
    if (node.paused) tags.push(['paused', 'warn']);
    else if (node.draining) tags.push(['draining', 'warn']);
    else if (!node.executes) tags.push(['submits only', 'quiet']);
    if (!node.watched) tags.push(['not watched', 'quiet']);
    keyed(header.lastChild, tags, tag => tag[0], tag => el('span', { class: `tag ${tag[1]}`, text: tag[0] }));
    setText(where, `${node.address} · ${node.architecture} · ${node.cores} cores · ${node.version}`);
    drawSlots(slots, node, executing.get(node.name) ?? []);
    const why = node.trouble || node.notExecutingReason;
    trouble.hidden = !why;
    setText(trouble, why ? `${node.executes ? '' : 'Does not execute: '}${why}` : '');
    const fields = element.fields;
    setText(fields.load, node.load >= 0 ? node.load.toFixed(2) : '–');
    setText(fields.speed, `${node.speed.toFixed(2)}×`);
    setText(fields.memory, `${bytes(node.freeMemoryBytes)} free of ${bytes(node.memoryBytes)}`);
    setText(fields.done, node.watched ? `${count(node.done)}${node.failed ? `, ${count(node.failed)} failed` : ''}` : '–');
    setText(fields.submitted, node.watched ? count(node.jobs) : '–');
    setText(fields.traffic, node.watched ? `${bytes(node.bytesSent)} out, ${bytes(node.bytesReceived)} in` : '–');
  });
}

function drawSlots(box, node, jobs) {
  const shown = Math.min(node.slots, 128);
  const marks = Array.from({ length: shown }, (_, i) => ({
    i, kind: i < jobs.length ? `s${colourOf(jobs[i].submitter)}` : i < node.busy ? 'taken' : able(node) ? 'free' : 'off',
  }));
  keyed(box, marks, mark => mark.i, () => el('i'), (mark, data) => { if (mark.className !== data.kind) mark.className = data.kind; });
  box.setAttribute('aria-label', `${node.busy} of ${node.slots} slots busy, ${node.queued} waiting`);
}

function drawRunning(jobs) {
  const longest = jobs.slice().sort((a, b) => b.elapsedMillis - a.elapsedMillis).slice(0, 12);
  runningEmpty.hidden = longest.length > 0;
  keyed(running, longest, job => job.id, () => el('li', {},
    el('b'), el('span', { class: 'path' }), el('span', { class: 'step' }), el('span', { class: 'time' }), el('div', { class: 'meter' }, el('i'))),
  (row, job) => {
    const [name, path, step, time, meter] = row.children;
    row.className = `s${colourOf(job.submitter)}`;
    row.title = `${job.source} in ${job.directory}`;
    setText(name, baseName(job.source) || job.id);
    setText(path, job.executor ? `${job.submitter} → ${job.executor}` : job.submitter);
    setText(step, job.step);
    setText(time, millis(job.elapsedMillis));
    meter.style.setProperty('--part', `${Math.min(100, 100 * job.elapsedMillis / Math.max(1, job.predictedMillis || 2 * job.elapsedMillis))}%`);
    meter.classList.toggle('over', job.predictedMillis > 0 && job.elapsedMillis > 1.5 * job.predictedMillis);
  });
}

function drawReasons({ reasons: list }) {
  const shown = list.slice(0, 12);
  const most = Math.max(1, ...shown.map(reason => reason.count));
  reasonsEmpty.hidden = shown.length > 0;
  keyed(reasons, shown, reason => reason.reason, reason => el('li', {},
    el('button', { type: 'button', class: 'link', title: 'Show these jobs', onclick: () => openView('jobs', `?${reason.reason}`) }),
    el('b', { class: 'number' }), el('div', { class: 'meter' }, el('i')), el('p', { class: 'note' })),
  (row, reason) => {
    const [text, number, meter, advice] = row.children;
    setText(text, reason.reason);
    setText(number, count(reason.count));
    meter.style.setProperty('--part', `${100 * reason.count / most}%`);
    setText(advice, reason.advice);
  });
}

