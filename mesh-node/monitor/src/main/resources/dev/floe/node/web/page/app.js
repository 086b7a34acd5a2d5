// The frame around the views: which one is shown, keys, light and dark, the state of the connection.
import { setText } from '/dom.js';
import { state, onChange, connect, changed } from '/store.js';
import { meshView } from '/mesh.js';
import { jobsView } from '/jobs.js';
import { timelineView } from '/timeline.js';
import { buildsView } from '/builds.js';
import { cacheView } from '/cache.js';
import { nodeView } from '/node.js';

const VIEWS = { mesh: meshView, jobs: jobsView, timeline: timelineView, builds: buildsView, cache: cacheView, node: nodeView };
const NAMES = Object.keys(VIEWS);
const $ = id => document.getElementById(id);
let current = '';

for (const name of NAMES) VIEWS[name].create($(`view-${name}`), { toast, open });

/** Shows a view; what follows its name in the address is the view's own. */
function route() {
  const [name, ...rest] = decodeURIComponent(location.hash.slice(1) || 'mesh').split('/');
  const next = NAMES.includes(name) ? name : 'mesh';
  if (next !== current) {
    if (current) {
      $(`view-${current}`).hidden = true;
      VIEWS[current].hide?.();
    }
    current = next;
    document.body.dataset.view = next;
    $(`view-${next}`).hidden = false;
    setText($('title'), next[0].toUpperCase() + next.slice(1));
    for (const link of document.querySelectorAll('nav a')) {
      if (link.dataset.view === next) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    VIEWS[next].show?.(state);
  }
  VIEWS[next].select?.(rest.join('/'));
  changed();
}

function open(view, rest = '') {
  const hash = `#${view}${rest ? `/${encodeURIComponent(rest)}` : ''}`;
  if (location.hash === hash) route();
  else location.hash = hash;
}

let toastTimer = 0;
function toast(text, bad = false) {
  const box = $('toast');
  box.hidden = false;
  box.classList.toggle('bad', bad);
  box.textContent = text;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { box.hidden = true; }, 6000);
}

function theme(next) {
  document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem('floe-theme', next);
  } catch { /* the choice lasts as long as the page */ }
  VIEWS[current]?.recolour?.();
  changed();
}

const dark = matchMedia('(prefers-color-scheme: dark)');
const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark';
try {
  const kept = localStorage.getItem('floe-theme');
  if (kept === 'dark' || kept === 'light') document.documentElement.dataset.theme = kept;
} catch { /* no storage: the system's choice */ }
dark.addEventListener('change', () => VIEWS[current]?.recolour?.());
$('theme').addEventListener('click', () => theme(isDark() ? 'light' : 'dark'));
$('help-button').addEventListener('click', () => $('help').showModal());

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest?.('input, textarea, select');
  if (event.key === 'Escape') {
    if (typing) event.target.blur();
    else VIEWS[current].escape?.();
    return;
  }
  if (typing || $('help').open) return;
  if (event.key >= '1' && event.key <= '6') {
    open(NAMES[event.key - 1]);
    $('main').focus({ preventScroll: true });
  } else if (event.key === '?') $('help').showModal();
  else if (event.key === 't') theme(isDark() ? 'light' : 'dark');
  else if (event.key === '/') {
    open('jobs');
    jobsView.focusFilter();
  } else if (!VIEWS[current].key?.(event)) return;
  event.preventDefault();
});

onChange(() => {
  const snapshot = state.snapshot;
  const box = $('connection');
  const text = !state.live ? 'not connected' : snapshot ? 'live' : 'connecting';
  box.dataset.live = String(state.live);
  setText(box.lastElementChild, text);
  if (snapshot) {
    setText($('mesh-name'), snapshot.mesh ? `${snapshot.self} in ${snapshot.mesh}` : snapshot.self);
    document.title = `${snapshot.totals.busy}/${snapshot.totals.slots} · Floe`;
  }
  VIEWS[current]?.update?.(state);
});
addEventListener('hashchange', route);
document.addEventListener('visibilitychange', changed);
route();
connect();
