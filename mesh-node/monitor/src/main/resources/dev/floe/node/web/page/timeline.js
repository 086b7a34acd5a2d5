// A gantt of the slots: a lane for each slot of each node, a block for each job, coloured by its submitter.
import { el, setText, millis, clock, baseName } from '/dom.js';
import { state, changed, colourOf } from '/store.js';
import { layOut, firstAt, tick } from '/lanes.js';

const AXIS = 26;
const LANE = 18;
const HITS = 10;
const GAP = 12;
const MIN_SPAN = 200;
const MAX_SPAN = 24 * 3600_000;

let canvas;
let context;
let box;
let tip;
let said;
let follow;
let names;
let width = 0;
let height = 0;
let gutter = 118;
let rows = [];
let tops = [];
let whole = 0;
let key = '';
let end = Date.now();
let spanMillis = 60_000;
let scroll = 0;
let following = true;
let hover = null;
let chosen = null;
let colours = {};
let frame = 0;
let openView;
let lastFrame = 0;
let laidOut = -Infinity; // when the blocks were put into lanes
const pointers = new Map();

export const timelineView = {
  create(root, { open }) {
    openView = open;
    canvas = el('canvas', {
      tabindex: '0', role: 'application', 'aria-label': 'Timeline of slots', 'aria-describedby': 'timeline-keys',
      onwheel: wheel, onpointerdown: down, onpointermove: move, onpointerup: up, onpointercancel: up,
      onpointerleave: () => { hover = null; showTip(); }, ondblclick: event => zoom(0.5, event.offsetX),
      onfocus: () => redraw(), onblur: () => redraw(),
    });
    context = canvas.getContext('2d', { alpha: false });
    tip = el('div', { class: 'tip', role: 'tooltip', hidden: true });
    said = el('p', { class: 'sr', role: 'status' });
    names = el('ul', { class: 'legend' });
    follow = el('button', { type: 'button', 'aria-pressed': 'true', text: 'Follow', title: 'Keep the present in sight', onclick: () => setFollowing(!following) });
    box = el('div', { class: 'gantt' }, canvas, tip);
    root.append(
      el('div', { class: 'toolbar' },
        el('div', { class: 'chips' }, follow,
          el('button', { type: 'button', text: '−', 'aria-label': 'Zoom out', title: 'Zoom out (-)', onclick: () => zoom(2) }),
          el('button', { type: 'button', text: '+', 'aria-label': 'Zoom in', title: 'Zoom in (+)', onclick: () => zoom(0.5) }),
          el('button', { type: 'button', text: 'All', title: 'Show all jobs (0)', onclick: fit })), names),
      box, said,
      el('p', { class: 'note', id: 'timeline-keys', text: 'Drag or arrow keys move, Ctrl and the wheel or + and - zoom, n and p go from job to job, Enter opens one.' }));
    new ResizeObserver(resize).observe(box);
  },

  show() {
    recolour();
    resize();
    frame ||= requestAnimationFrame(live);
  },

  hide() {
    cancelAnimationFrame(frame);
    frame = 0;
    tip.hidden = true;
  },

  recolour,

  update({ snapshot, version }) {
    const nodes = snapshot?.nodes ?? [];
    const now = `${version}|${nodes.map(node => `${node.name}:${node.slots}`).join()}`;
    if (now !== key && performance.now() - laidOut > (state.jobs.length > 2000 ? 500 : 50)) { // as often as one sees it
      key = now;
      laidOut = performance.now();
      rows = layOut(state.jobs, nodes);
      measure();
      const submitters = [...new Set(state.jobs.map(job => job.submitter))].sort();
      names.replaceChildren(...submitters.slice(0, 12).map(name => el('li', {}, el('i', { class: `k-s${colourOf(name)}` }), name)));
    } else if (now !== key) setTimeout(changed, 500);
    redraw();
  },

  key(event) {
    const step = spanMillis / 8;
    switch (event.key) {
      case 'ArrowLeft': pan(-step); break;
      case 'ArrowRight': pan(step); break;
      case 'ArrowUp': scrollBy(-3 * LANE); break;
      case 'ArrowDown': scrollBy(3 * LANE); break;
      case '+': case '=': zoom(0.5); break;
      case '-': zoom(2); break;
      case '0': case 'Home': fit(); break;
      case 'End': setFollowing(true); break;
      case 'n': go(1); break;
      case 'p': go(-1); break;
      case 'Enter':
        if (!chosen || event.target !== canvas) return false;
        openView('jobs', chosen.id);
        break;
      default: return false;
    }
    return true;
  },

  escape() {
    chosen = null;
    hover = null;
    showTip();
    redraw();
  },

  /** For tests: moves and draws at once. */
  pan,
};

function recolour() {
  const style = getComputedStyle(document.documentElement);
  colours = { text: '--text', muted: '--muted', line: '--line', back: '--surface', band: '--raised', accent: '--accent', bad: '--bad', ink: '--on-block' };
  for (const name in colours) colours[name] = style.getPropertyValue(colours[name]).trim();
  colours.of = Array.from({ length: 8 }, (_, i) => style.getPropertyValue(`--s${i}`).trim());
  redraw();
}

function resize() {
  const ratio = Math.min(2, devicePixelRatio || 1);
  width = box.clientWidth;
  height = box.clientHeight;
  gutter = width < 560 ? 74 : 118;
  if (!width || !height) return;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  measure();
  redraw();
}

/** Where each row begins, below the axis and without the scrolling. */
function measure() {
  let y = 6;
  tops = rows.map((row, i) => {
    if (i && row.node !== rows[i - 1].node) y += GAP;
    const top = y;
    y += row.kind === 'hits' ? HITS : LANE;
    return top;
  });
  whole = y + 6;
  scrollBy(0);
}

const scale = () => (width - gutter) / spanMillis;
const begin = () => end - spanMillis;

function setFollowing(next) {
  following = next;
  follow.setAttribute('aria-pressed', String(next));
  redraw();
}

function pan(milliseconds) {
  setFollowing(false);
  end = Math.min(Date.now() + spanMillis * 0.5, end + milliseconds);
  redraw();
}

function scrollBy(pixels) {
  scroll = Math.max(0, Math.min(whole - (height - AXIS), scroll + pixels)) || 0;
  redraw();
}

function zoom(factor, x = gutter + (width - gutter) * (following ? 1 : 0.5)) {
  const next = Math.max(MIN_SPAN, Math.min(MAX_SPAN, spanMillis * factor));
  const share = (x - gutter) / (width - gutter);
  const at = begin() + share * spanMillis;
  if (!following) end = at + (1 - share) * next;
  spanMillis = next;
  redraw();
}

function fit() {
  if (!state.jobs.length) return;
  let first = Infinity;
  let last = 0;
  for (const job of state.jobs) {
    first = Math.min(first, job.slotBegin);
    last = Math.max(last, job.slotEnd);
  }
  setFollowing(false);
  spanMillis = Math.max(MIN_SPAN, Math.min(MAX_SPAN, (last - first) * 1.04));
  end = last + (last - first) * 0.02;
  redraw();
}

function wheel(event) {
  event.preventDefault();
  if (event.ctrlKey || event.metaKey) zoom(Math.exp(event.deltaY / 300), event.offsetX);
  else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan((event.deltaX || event.deltaY) / scale());
  else if (whole > height - AXIS) scrollBy(event.deltaY);
  else pan(event.deltaY / scale());
}

function down(event) {
  canvas.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY, moved: 0 });
}

function move(event) {
  const held = pointers.get(event.pointerId);
  if (!held) {
    hover = find(event.offsetX, event.offsetY);
    showTip(event.offsetX, event.offsetY);
    return;
  }
  const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
  const dx = event.offsetX - held.x;
  const dy = event.offsetY - held.y;
  if (other) zoom(Math.abs(held.x - other.x) / Math.max(1, Math.abs(event.offsetX - other.x)), other.x);
  else {
    if (Math.abs(dx) > 0) pan(-dx / scale());
    scrollBy(-dy);
  }
  held.moved += Math.abs(dx) + Math.abs(dy);
  held.x = event.offsetX;
  held.y = event.offsetY;
}

function up(event) {
  const held = pointers.get(event.pointerId);
  pointers.delete(event.pointerId);
  if (held && held.moved < 5 && event.type === 'pointerup') {
    const job = find(event.offsetX, event.offsetY);
    if (job && job === chosen) openView('jobs', job.id);
    else choose(job);
    showTip(event.offsetX, event.offsetY);
  }
}

function find(x, y) {
  if (x < gutter || y < AXIS) return null;
  const at = y - AXIS + scroll;
  let i = tops.length - 1;
  while (i >= 0 && tops[i] > at) i--;
  if (i < 0 || at > tops[i] + (rows[i].kind === 'hits' ? HITS : LANE)) return null;
  const time = begin() + (x - gutter) / scale();
  const reach = 3 / scale();
  const blocks = rows[i].blocks;
  const first = firstAt(blocks, time - reach);
  return first < blocks.length && blocks[first].slotBegin <= time + reach ? blocks[first] : null;
}

function choose(job) {
  chosen = job;
  redraw();
  if (job) setText(said, describe(job));
}

const describe = job => `${baseName(job.source) || job.id}, ${job.decision}, ${job.submitter} to ${job.node}, ${millis(job.totalMillis)}`;

/** The next job in order of time, scrolled into sight. */
function go(by) {
  const jobs = state.jobs;
  if (!jobs.length) return;
  const at = chosen ? jobs.indexOf(chosen) : by > 0 ? -1 : jobs.length;
  const job = jobs[Math.max(0, Math.min(jobs.length - 1, at + by))];
  if (job.slotEnd < begin() || job.slotBegin > end) {
    setFollowing(false);
    end = job.slotEnd + spanMillis / 2;
  }
  const i = rows.findIndex(row => row.blocks.includes(job));
  if (i >= 0 && (tops[i] < scroll || tops[i] + LANE > scroll + height - AXIS)) scroll = Math.max(0, Math.min(whole - height + AXIS, tops[i] - 40)) || 0;
  choose(job);
}

function showTip(x = 0, y = 0) {
  tip.hidden = !hover;
  canvas.style.cursor = hover ? 'pointer' : 'grab';
  if (hover) {
    tip.replaceChildren(...[el('b', { text: baseName(hover.source) || hover.id }),
      el('span', { text: `${hover.submitter} → ${hover.node} · ${hover.decision} · ${millis(hover.totalMillis)}` }), el('span', { text: clock(hover.start) }),
      hover.reason ? el('span', { class: 'note', text: hover.reason }) : null].filter(Boolean));
    tip.style.left = `${Math.max(4, Math.min(x + 14, width - tip.offsetWidth - 8))}px`;
    tip.style.top = `${Math.max(4, Math.min(y + 16, height - tip.offsetHeight - 8))}px`;
  }
  redraw();
}

let due = false;
function redraw() {
  due = true;
}

/** One frame: draws if something has changed, and 20 times a second if the present moves. */
function live(time) {
  frame = requestAnimationFrame(live);
  if (following && time - lastFrame > 50) due = true;
  if (!due || !width) return;
  due = false;
  lastFrame = time;
  draw();
}

function draw() {
  if (following) end = Date.now() + spanMillis * 0.02;
  const from = begin();
  const pixels = scale();
  const c = context;
  c.fillStyle = colours.back;
  c.fillRect(0, 0, width, height);
  c.font = '11px system-ui, sans-serif';
  c.textBaseline = 'middle';
  drawAxis(c, from, pixels);
  c.save();
  c.beginPath();
  c.rect(0, AXIS, width, height - AXIS);
  c.clip();
  for (let i = 0; i < rows.length; i++) {
    const y = AXIS + tops[i] - scroll;
    if (y > height) break;
    const tall = rows[i].kind === 'hits' ? HITS : LANE;
    if (y + tall + GAP < AXIS) continue;
    drawRow(c, rows[i], y, tall, from, pixels);
  }
  drawRunning(c, from, pixels);
  drawNames(c);
  c.restore();
  if (document.activeElement === canvas) {
    c.strokeStyle = colours.accent;
    c.lineWidth = 2;
    c.strokeRect(1, 1, width - 2, height - 2);
  }
}

function drawAxis(c, from, pixels) {
  const step = tick(spanMillis, Math.max(3, (width - gutter) / 90));
  const shift = new Date().getTimezoneOffset() * 60_000;
  c.strokeStyle = colours.line;
  c.lineWidth = 1;
  c.fillStyle = colours.muted;
  c.textAlign = 'center';
  c.beginPath();
  for (let t = Math.ceil((from - shift) / step) * step + shift; t < end; t += step) {
    const x = Math.round(gutter + (t - from) * pixels) + 0.5;
    c.moveTo(x, AXIS);
    c.lineTo(x, height);
    const date = new Date(t);
    c.fillText(step < 1000 ? `${clock(t)}.${String(date.getMilliseconds()).padStart(3, '0')}` : clock(t), x, 13);
  }
  c.stroke();
}

function drawRow(c, row, y, tall, from, pixels) {
  const blocks = row.blocks;
  c.fillStyle = colours.band;
  c.fillRect(gutter, y + 1, width - gutter, tall - 2);
  let drawn = -1;
  let style = '';
  for (let i = firstAt(blocks, from); i < blocks.length; i++) {
    const job = blocks[i];
    if (job.slotBegin > end) break;
    const left = gutter + (job.slotBegin - from) * pixels;
    const x = Math.max(gutter, left);
    let w = gutter + (job.slotEnd - from) * pixels - x;
    if (x + w <= drawn) continue; // nothing of it would be seen
    if (w < 1.5) w = 1.5;
    const colour = job.exit > 0 ? colours.bad : colours.of[colourOf(job.submitter)];
    if (colour !== style) c.fillStyle = style = colour;
    c.globalAlpha = job.decision === 'local' ? 0.55 : 1;
    c.fillRect(x, y + 2, w > 4 ? w - 1 : w, tall - 4);
    drawn = x + w;
    if (w > 46 && tall === LANE) {
      c.globalAlpha = 1;
      c.fillStyle = job.decision === 'local' ? colours.text : colours.ink;
      c.textAlign = 'left';
      c.fillText(shorten(baseName(job.source), w - 10), x + 5, y + tall / 2 + 0.5);
      style = '';
    }
    if (job === chosen || job === hover) {
      c.globalAlpha = 1;
      c.strokeStyle = colours.text;
      c.lineWidth = 2;
      c.strokeRect(x, y + 1.5, Math.max(3, w - 1), tall - 3);
    }
  }
  c.globalAlpha = 1;
}

const shorten = (text, pixels) => text.length * 6 <= pixels ? text : `${text.slice(0, Math.max(1, Math.floor(pixels / 6) - 1))}…`;

/** What runs now, outlined, in lanes of its executor whose last job has ended. */
function drawRunning(c, from, pixels) {
  const running = state.snapshot?.running ?? [];
  if (!running.length || !rows.length) return;
  const used = new Set();
  for (const job of running) {
    const name = job.executor || (job.step === 'local-run' ? job.submitter : '');
    if (!name || ['schedule', 'upload', 'queue', 'local-queue'].includes(job.step) || state.byId.has(job.id)) continue;
    const started = Date.parse(job.started);
    const i = rows.findIndex((row, at) => row.node === name && row.kind === 'slot' && !used.has(at) && row.until <= started + 300);
    if (i < 0) continue;
    used.add(i);
    const y = AXIS + tops[i] - scroll;
    const x = Math.max(gutter, gutter + (started - from) * pixels);
    const w = gutter + (Date.now() - from) * pixels - x;
    if (w <= 0) continue;
    c.fillStyle = colours.of[colourOf(job.submitter)];
    c.globalAlpha = 0.28;
    c.fillRect(x, y + 2, w, LANE - 4);
    c.globalAlpha = 1;
    c.strokeStyle = c.fillStyle;
    c.lineWidth = 1;
    c.strokeRect(x + 0.5, y + 2.5, Math.max(1, w - 1), LANE - 5);
    if (w > 46) {
      c.fillStyle = colours.text;
      c.textAlign = 'left';
      c.fillText(shorten(baseName(job.source), w - 10), x + 5, y + LANE / 2 + 0.5);
    }
  }
}

function drawNames(c) {
  c.fillStyle = colours.back;
  c.fillRect(0, AXIS, gutter - 4, height - AXIS);
  c.textAlign = 'left';
  for (let i = 0; i < rows.length; i++) {
    const y = AXIS + tops[i] - scroll;
    if (y > height || y < AXIS - LANE) continue;
    const first = !i || rows[i].node !== rows[i - 1].node;
    if (first) {
      c.font = '600 12px system-ui, sans-serif';
      c.fillStyle = colours.text;
      c.fillText(shorten(rows[i].node, gutter - 34), 10, y + LANE / 2);
      c.font = '11px system-ui, sans-serif';
    }
    c.fillStyle = colours.muted;
    c.textAlign = 'right';
    c.fillText(rows[i].kind === 'hits' ? 'hits' : String(rows[i].lane + 1), gutter - 12, y + (rows[i].kind === 'hits' ? HITS : LANE) / 2);
    c.textAlign = 'left';
  }
}
