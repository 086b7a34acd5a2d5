// What the page knows of the mesh: the last snapshot and the last jobs, kept up to date by one event stream.

export const MAX_JOBS = 10_000;

const WAITING = ['parse', 'toolchain', 'scan', 'cache', 'schedule', 'upload'];

export const state = {
  snapshot: null,
  jobs: [], // oldest first
  byId: new Map(),
  live: false,
  version: 0, // of jobs
  added: 0, // jobs ever added
  history: [], // {time, rate, busy} of the last two minutes
};

const listeners = new Set();
let scheduled = false;

export const onChange = listener => listeners.add(listener);

/** Tells the views, at most once a frame. A page in the background is told by a timer, because it has no frames. */
export function changed() {
  if (scheduled) return;
  scheduled = true;
  const run = () => {
    if (!scheduled) return;
    scheduled = false;
    for (const listener of listeners) listener(state);
  };
  if (document.hidden) setTimeout(run, 500);
  else requestAnimationFrame(run);
}

/** When a job held a slot, by the submitter's clock: {begin, end} in milliseconds. */
function place(job) {
  const start = Date.parse(job.started);
  const steps = job.steps ?? {};
  job.start = start;
  job.end = start + job.totalMillis;
  if (job.decision === 'remote' && steps['remote-total'] >= 0) {
    const sent = WAITING.reduce((sum, step) => sum + (steps[step] ?? 0), start);
    job.slotBegin = sent + (steps['fetch-inputs'] ?? 0) + (steps.queue ?? 0);
    job.slotEnd = Math.max(job.slotBegin, sent + steps['remote-total']);
  } else if (job.decision === 'local' && steps['local-run'] >= 0) {
    job.slotBegin = Math.max(start, job.end - steps['local-run']);
    job.slotEnd = job.end;
  } else {
    job.slotBegin = start;
    job.slotEnd = job.end;
  }
  job.find = `${job.source} ${job.directory} ${job.node} ${job.submitter} ${job.reason} ${job.decision} ${job.cache} ${job.id} ${job.build}`
    .toLowerCase();
  return job;
}

export function addJobs(jobs) {
  let last = state.jobs.length ? state.jobs[state.jobs.length - 1].end : 0;
  let sorted = true;
  let any = false;
  for (const job of jobs) {
    if (state.byId.has(job.id)) continue;
    place(job);
    state.byId.set(job.id, job);
    state.jobs.push(job);
    state.added++;
    any = true;
    sorted &&= job.end >= last;
    last = job.end;
  }
  if (!any) return;
  if (!sorted) state.jobs.sort((a, b) => a.end - b.end);
  if (state.jobs.length > MAX_JOBS) {
    for (const job of state.jobs.splice(0, state.jobs.length - MAX_JOBS)) state.byId.delete(job.id);
  }
  state.version++;
  changed();
}

export function forgetJobs() {
  state.jobs = [];
  state.byId.clear();
  state.version++;
  changed();
}

function takeSnapshot(snapshot) {
  snapshot.nodes.sort((a, b) => b.self - a.self || (a.name < b.name ? -1 : 1)); // each keeps its place
  state.snapshot = snapshot;
  const time = Date.parse(snapshot.time);
  state.history.push({ time, rate: snapshot.totals.jobsPerSecond, busy: snapshot.totals.busy });
  while (state.history.length && state.history[0].time < time - 120_000) state.history.shift();
  changed();
}

function setLive(live) {
  if (state.live !== live) {
    state.live = live;
    changed();
  }
}

export async function json(path) {
  const response = await fetch(path, { headers: { accept: 'application/json' } });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`${path}: ${(await response.text()).trim() || response.status}`);
  return response.json();
}

/** A request that changes something; the header is one that other sites cannot send. */
export async function act(path) {
  const response = await fetch(path, { method: 'POST', headers: { 'x-floe-intent': 'page' } });
  const text = await response.text();
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = { error: text.trim() };
  }
  if (!response.ok) throw new Error(answer.error ?? `the node answered ${response.status}`);
  return answer.done;
}

async function loadRecent() {
  try {
    addJobs(await json(`/api/recent.json?limit=${MAX_JOBS}`) ?? []);
  } catch (failure) {
    console.warn(String(failure));
  }
}

export function connect() {
  const events = new EventSource('/events');
  events.addEventListener('open', () => {
    setLive(true);
    loadRecent();
  });
  events.addEventListener('snapshot', event => takeSnapshot(JSON.parse(event.data)));
  events.addEventListener('ended', event => addJobs(JSON.parse(event.data)));
  events.addEventListener('restart', () => {
    forgetJobs();
    loadRecent();
  });
  events.addEventListener('error', () => {
    setLive(false);
    if (events.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  });
}

/** The number of a submitter's colour: by name, the same in all views. */
export function colourOf(name) {
  const nodes = state.snapshot?.nodes ?? [];
  const names = names_.key === nodes ? names_.value : (names_ = { key: nodes, value: nodes.map(n => n.name).sort() }).value;
  const at = names.indexOf(name);
  return at < 0 ? 7 : at % 8;
}
let names_ = { key: null, value: [] };
