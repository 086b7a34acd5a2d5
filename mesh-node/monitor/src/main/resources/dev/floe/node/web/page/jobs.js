// The jobs that have ended, as a list that shows only the rows in sight, and one of them with all that is known of it.
import { el, setText, bar, empty, count, millis, bytes, ago, clock, baseName, parent } from '/dom.js';
import { state, colourOf } from '/store.js';

const ROW = 46;
const KINDS = ['all', 'remote', 'cached', 'local', 'failed'];
/** Steps of the submitter in order; those of the executor are within remote-total. */
const BEFORE = ['parse', 'toolchain', 'scan', 'cache', 'schedule', 'upload'];
const WITHIN = ['fetch-inputs', 'queue', 'exec-root', 'run', 'collect'];
const AFTER = ['check', 'write', 'local-queue', 'local-run'];
const MEANING = {
  parse: 'understanding the command', toolchain: 'finding the toolchain', scan: 'finding the inputs', cache: 'asking the cache',
  schedule: 'until an executor accepted', upload: 'sending inputs', 'fetch-inputs': 'inputs at the executor', queue: 'waiting for a slot',
  'exec-root': 'building the exec root', run: 'the compiler', collect: 'collecting outputs', network: 'result on its way', check: 'checking what was missed',
  write: 'writing outputs', 'local-queue': 'waiting for a local slot', 'local-run': 'the compiler, locally',
};

let filter;
let kind = 'all';
let chips;
let list;
let rows;
let spacer;
let detail;
let total;
let none;
let shown = []; // newest first
let key = '';
let selected = '';
let wanted = '';
let showToast;
let openView;
const pool = [];

/** The parts of a job's time, in order. */
export function parts(job) {
  const steps = job.steps ?? {};
  const all = BEFORE.map(name => [name, steps[name]]);
  let within = 0;
  for (const name of WITHIN) {
    all.push([name, steps[name]]);
    within += steps[name] ?? 0;
  }
  if (steps['remote-total'] > within) all.push(['network', steps['remote-total'] - within]);
  all.push(...AFTER.map(name => [name, steps[name]]));
  return all.filter(([, value]) => value > 0).map(([name, value]) => ({ name, step: name, value, kind: name }));
}

export const jobsView = {
  create(root, { toast, open }) {
    showToast = toast;
    openView = open;
    filter = el('input', {
      type: 'search', id: 'job-filter', placeholder: 'Find by file, directory, node or reason', 'aria-label': 'Find jobs', autocomplete: 'off', spellcheck: 'false',
      oninput: () => refresh(true),
      onkeydown: event => {
        if (event.key === 'ArrowDown' || event.key === 'Enter') {
          event.preventDefault();
          list.focus();
          if (shown.length) choose(shown[0]);
        }
      },
    });
    chips = el('div', { class: 'chips', role: 'group', 'aria-label': 'Which jobs' }, KINDS.map(name => el('button', {
      type: 'button', 'aria-pressed': String(name === kind), data: { kind: name }, text: name,
      onclick: () => {
        kind = name;
        for (const chip of chips.children) chip.setAttribute('aria-pressed', String(chip.dataset.kind === kind));
        refresh(true);
      },
    })));
    total = el('p', { class: 'total', role: 'status' });
    rows = el('div', { class: 'rows' });
    spacer = el('div', { class: 'spacer' }, rows);
    list = el('div', {
      class: 'list', tabindex: '0', role: 'listbox', 'aria-label': 'Jobs, the latest first', onscroll: draw,
    }, spacer);
    none = empty('No job yet. Put floe-cc before the compiler: make CC="floe-cc gcc".');
    detail = el('aside', { class: 'detail', 'aria-label': 'The chosen job', tabindex: '-1', hidden: true });
    new ResizeObserver(draw).observe(list);
    root.append(el('div', { class: 'toolbar' }, filter, chips, total), el('div', { class: 'panes' }, el('div', { class: 'listbox' }, none, list), detail));
  },

  focusFilter() {
    filter.focus();
    filter.select();
  },

  select(rest) {
    if (rest.startsWith('?')) {
      filter.value = rest.slice(1);
      kind = 'all';
      for (const chip of chips.children) chip.setAttribute('aria-pressed', String(chip.dataset.kind === kind));
      wanted = '';
      close();
      refresh(true);
    } else if (rest !== selected) {
      wanted = rest;
      if (!rest) close();
    }
  },

  show: () => refresh(true),

  update() {
    refresh(false);
    if (wanted && state.byId.has(wanted)) {
      const job = state.byId.get(wanted);
      wanted = '';
      pick(job);
    }
  },

  key(event) {
    if (event.key === 'f') {
      filter.focus();
      return true;
    }
    if (!shown.length || event.target.closest?.('.detail, .chips')) return false;
    const at = shown.findIndex(job => job.id === selected);
    const page = Math.max(1, Math.floor(list.clientHeight / ROW) - 1);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: shown.length - 1 }[event.key];
    if (to === undefined) return false;
    choose(shown[Math.max(0, Math.min(shown.length - 1, to))]);
    list.focus({ preventScroll: true });
    return true;
  },

  escape() {
    if (!detail.hidden) {
      openView('jobs');
      close();
      list.focus();
    } else if (filter.value) {
      filter.value = '';
      refresh(true);
    }
  },
};

function matches(words) {
  return job => (kind === 'all' || (kind === 'failed' ? job.exit > 0 : job.decision === kind)) && words.every(word => job.find.includes(word));
}

function refresh(again) {
  const text = filter.value.trim().toLowerCase();
  const now = `${state.version}|${kind}|${text}`;
  if (now !== key || again) {
    key = now;
    const before = shown;
    const top = list.scrollTop;
    shown = state.jobs.filter(matches(text.split(/\s+/).filter(Boolean))).reverse();
    spacer.style.height = `${shown.length * ROW}px`;
    none.hidden = state.jobs.length > 0;
    list.hidden = state.jobs.length === 0;
    setText(total, state.jobs.length === 0 ? '' : shown.length === state.jobs.length ? `${count(shown.length)} jobs` : `${count(shown.length)} of ${count(state.jobs.length)} jobs`);
    if (again && text + kind !== list.dataset.filter) {
      list.scrollTop = 0;
      list.dataset.filter = text + kind;
    } else if (top > ROW && before.length) {
      const moved = shown.indexOf(before[Math.floor(top / ROW)]) - Math.floor(top / ROW);
      if (moved > 0) list.scrollTop = top + moved * ROW; // what one reads stays where it is
    }
  }
  draw();
}

function makeRow() {
  return el('div', { class: 'job', role: 'option', onclick: event => choose(event.currentTarget.job) },
    el('i', { class: 'dot' }), el('b', { class: 'file' }), el('span', { class: 'dir' }), el('span', { class: 'tag' }), el('span', { class: 'who' }),
    el('span', { class: 'steps' }), el('span', { class: 'time' }), el('span', { class: 'when' }));
}

function draw() {
  const from = Math.max(0, Math.floor(list.scrollTop / ROW) - 4);
  const to = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + 4);
  const longest = 4000;
  for (let i = from; i < to; i++) {
    const row = pool[i - from] ??= rows.appendChild(makeRow());
    const job = shown[i];
    row.hidden = false;
    row.style.transform = `translateY(${i * ROW}px)`;
    const [dot, file, dir, tag, who, steps, time, when] = row.children;
    if (row.job !== job) {
      row.job = job;
      row.id = `job-${job.id.replaceAll(/[^\w-]/g, '_')}`;
      row.dataset.id = job.id;
      row.dataset.seen = Date.now();
      setText(file, baseName(job.source) || job.argv?.[0] || job.id);
      setText(dir, job.source.startsWith('/') ? parent(job.source) : [job.directory, parent(job.source)].filter(Boolean).join('/'));
      row.title = job.reason;
      tag.className = `tag ${job.exit > 0 ? 'bad' : job.decision}`;
      setText(tag, job.exit > 0 ? `exit ${job.exit}` : job.decision);
      setText(who, job.node === job.submitter ? job.submitter : `${job.submitter} → ${job.node}`);
      setText(time, millis(job.totalMillis));
      steps.replaceChildren(bar(parts(job), undefined, millis));
      steps.firstChild.style.setProperty('--whole', `${Math.max(6, 100 * Math.sqrt(Math.min(1, job.totalMillis / longest)))}%`);
    }
    dot.className = `dot s${colourOf(job.submitter)}`;
    setText(when, ago(job.end));
    row.setAttribute('aria-selected', String(job.id === selected));
    row.setAttribute('aria-posinset', i + 1);
    row.setAttribute('aria-setsize', shown.length);
  }
  for (let i = Math.max(0, to - from); i < pool.length; i++) {
    pool[i].hidden = true;
    pool[i].job = null;
    delete pool[i].dataset.id;
  }
  const active = pool.find(row => !row.hidden && row.job?.id === selected);
  if (active) list.setAttribute('aria-activedescendant', active.id);
  else list.removeAttribute('aria-activedescendant');
}

function choose(job) {
  pick(job);
  history.replaceState(null, '', `#jobs/${encodeURIComponent(job.id)}`);
}

function pick(job) {
  selected = job.id;
  const at = shown.indexOf(job);
  if (at >= 0) {
    const y = at * ROW;
    if (y < list.scrollTop) list.scrollTop = y;
    else if (y + ROW > list.scrollTop + list.clientHeight) list.scrollTop = y + ROW - list.clientHeight;
  }
  showDetail(job);
  draw();
}

function close() {
  selected = '';
  detail.hidden = true;
  detail.closest('.panes').classList.remove('open');
  draw();
}

/** In words what was decided for a job, and why. */
export function explanation(job) {
  const said = [];
  const advice = state.snapshot?.reasons.find(reason => reason.reason === job.reason)?.advice;
  said.push([{ remote: 'Remote', cached: 'From the cache', local: 'Local' }[job.decision] ?? job.decision,
    job.decision === 'remote' ? `compiled on ${job.node}${job.reason ? `: ${job.reason}` : ''}`
      : job.reason || (job.decision === 'cached' ? 'the result was there already' : '')]);
  if (advice) said.push(['What to do', advice]);
  if (job.cache) said.push(['Cache', job.cache]);
  const missed = job.missed ?? [];
  if (job.proof === 'proven') said.push(['Proven', 'what the compile looked for in vain is missing on the submitter, too']);
  else if (job.proof === 'repaired') said.push(['Repaired', `compiled again with what it had missed: ${missed.join(', ')}`]);
  else if (job.proof === 'not_observed') said.push(['Not observed', job.notObserved]);
  else if (missed.length) said.push(['Missed on a peer', missed.join(', ')]);
  return said;
}

function facts(job) {
  return [
    ['Submitter', job.submitter], ['Executor', job.decision === 'cached' ? '' : job.node], ['Started', `${clock(job.start)}, ended ${ago(job.end)}`],
    ['Compiler', job.compilerMillis > 0 ? `${millis(job.compilerMillis)} of CPU` : ''], ['Saved', job.savedMillis > 0 ? `${millis(job.savedMillis)} of CPU` : ''],
    ['Exit code', job.exit >= 0 ? String(job.exit) : ''], ['Inputs', job.inputs ? count(job.inputs) : ''],
    ['Sent', job.bytesSent ? bytes(job.bytesSent) : ''], ['Received', job.bytesReceived ? bytes(job.bytesReceived) : ''],
    ['Memory', job.maxRssBytes > 0 ? bytes(job.maxRssBytes) : ''], ['Output', job.output], ['Directory', job.directory],
    ['Toolchain', job.toolchain ? job.toolchain.slice(0, 12) : ''], ['Job', job.id],
  ].filter(([, value]) => value);
}

function showDetail(job) {
  const steps = parts(job);
  const command = (job.argv ?? []).map(word => /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  detail.hidden = false;
  detail.closest('.panes').classList.add('open');
  detail.dataset.id = job.id;
  detail.replaceChildren(...[
    el('header', {},
      el('div', {}, el('h2', { text: baseName(job.source) || job.argv?.[0] || job.id }), el('p', { class: 'path', text: job.source })),
      el('button', { type: 'button', class: 'icon', 'aria-label': 'Close', title: 'Close (Esc)', text: '×', onclick: () => jobsView.escape() })),
    el('p', { class: 'big' }, el('span', { class: `tag ${job.exit > 0 ? 'bad' : job.decision}`, text: job.exit > 0 ? `exit ${job.exit}` : job.decision }), ` ${millis(job.totalMillis)}`),
    el('dl', { class: 'why' }, explanation(job).map(([name, text]) => el('div', {}, el('dt', { text: name }), el('dd', { text })))),
    el('h3', { text: 'Steps' }), bar(steps, undefined, millis),
    el('table', { class: 'steps' }, el('tbody', {}, steps.map(part => el('tr', {},
      el('th', { scope: 'row' }, el('i', { class: `k-${part.kind}` }), part.name), el('td', { text: MEANING[part.step] ?? '' }), el('td', { class: 'number', text: millis(part.value) }))))),
    job.attempts?.length ? el('h3', { text: 'Attempts' }) : null,
    job.attempts?.length ? el('ol', { class: 'attempts' }, job.attempts.map(attempt => el('li', {}, el('b', { text: attempt.node }), ` ${attempt.result}`))) : null,
    el('h3', { text: 'Facts' }), el('dl', { class: 'facts' }, facts(job).map(([name, text]) => el('div', {}, el('dt', { text: name }), el('dd', { text })))),
    job.build ? el('p', {}, el('button', { type: 'button', class: 'link', text: 'All jobs of its build', onclick: () => openView('jobs', `?${job.build}`) })) : null,
    el('h3', {}, 'Command ', el('button', { type: 'button', class: 'plain small', text: 'Copy', onclick: () => copy(command) })),
    el('pre', { class: 'command', tabindex: '0', text: command }),
  ].filter(Boolean));
  detail.scrollTop = 0;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    showToast('The command is copied.');
  } catch {
    showToast('The browser does not let this page copy; select the text.', true);
  }
}
