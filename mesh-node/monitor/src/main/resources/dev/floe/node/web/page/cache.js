// What the cache of results does for this node: hits, misses and why, what is held, whose results are not trusted.
import { el, setText, keyed, tile, card, empty, count, bytes, bar, legend } from '/dom.js';
import { json, state } from '/store.js';

const tiles = Object.fromEntries(['Found', 'Held here', 'Fetched', 'Not there', 'Results held', 'Audits'].map(name => [name, tile(name)]));
let share;
let answers;
let answersEmpty;
let makers;
let makersEmpty;
let store;
let storeNote;
let facts;
let quarantine;
let quarantineEmpty;
let timer = 0;
let seen = -1;

export const cacheView = {
  create(root) {
    share = el('div', {});
    answers = el('ul', { class: 'reasons' });
    answersEmpty = empty('The cache has not been asked yet.');
    makers = el('ul', { class: 'reasons' });
    makersEmpty = empty('No result of another node was used yet.');
    store = el('div', { class: 'meter tall' }, el('i'));
    storeNote = el('p', { class: 'note' });
    facts = el('dl', { class: 'facts' });
    quarantine = el('ul', { class: 'plainlist' });
    quarantineEmpty = empty('No maker is in quarantine: every audit has agreed.');
    root.append(el('div', { class: 'tiles' }, Object.values(tiles).map(one => one.node)),
      card('Hits and misses', share),
      el('div', { class: 'split even' }, card('What the cache answered, and why', answers, answersEmpty), card('Whose results were used', makers, makersEmpty)),
      el('div', { class: 'split even' }, card('Store', store, storeNote, facts), card('Quarantine', quarantine, quarantineEmpty)));
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
  const [cache, stats] = await Promise.all([json('/api/cache.json'), json('/api/stats.json')]).catch(() => [null, null]);
  if (!cache) return;
  const hits = cache.localHits + cache.fetchedHits;
  const asked = hits + cache.misses;
  tiles.Found.set(asked ? `${(100 * hits / asked).toFixed(1)} %` : '–', `of ${count(asked)} times asked`);
  tiles['Held here'].set(count(cache.localHits), 'hits on this node');
  tiles.Fetched.set(count(cache.fetchedHits), `${bytes(cache.fetchedBytes)} from other nodes`);
  tiles['Not there'].set(count(cache.misses), `${count(cache.fetchFailures)} fetches failed`);
  tiles['Results held'].set(count(cache.entries), `${count(cache.refused)} of peers refused`);
  tiles.Audits.set(count(cache.auditsDone), `${count(cache.auditsAgreed)} agreed, ${count(cache.auditsDiffered)} differed`);
  const parts = [{ name: 'held here', kind: 'cached', value: cache.localHits, note: count(cache.localHits) }, { name: 'fetched', kind: 'remote', value: cache.fetchedHits, note: count(cache.fetchedHits) },
    { name: 'not there', kind: 'miss', value: cache.misses, note: count(cache.misses) }];
  share.replaceChildren(bar(parts), legend(parts));
  rows(answers, answersEmpty, Object.entries(stats?.cache ?? {}));
  rows(makers, makersEmpty, holders());
  store.style.setProperty('--part', `${100 * cache.storeBytes / Math.max(1, cache.storeMaxBytes)}%`);
  setText(storeNote, `${bytes(cache.storeBytes)} of ${bytes(cache.storeMaxBytes)}`);
  const all = [['Evicted', count(cache.storeEvicted)], ['Found damaged', count(cache.storeDamaged)], ['Given to others', bytes(cache.servedBytes)],
    ['Second copies', `${count(cache.copiesSent)} sent, ${count(cache.copiesReceived)} received`], ['Waited for another build', `${count(cache.waits)}, ${count(cache.waitHits)} with a result`],
    ['Do not repeat themselves', count(cache.unsteady)], ['Reports of other nodes', count(cache.reportsHeard)]];
  facts.replaceChildren(...all.map(([name, text]) => el('div', {}, el('dt', { text: name }), el('dd', { text }))));
  quarantineEmpty.hidden = cache.quarantined.length > 0;
  keyed(quarantine, cache.quarantined, entry => entry.maker, entry => el('li', {},
    el('b', { text: entry.name }), el('span', { text: `since ${entry.since}, for ${entry.source}` }), el('code', { text: `floe cache trust ${entry.name}` })));
}

/** Cached results by who held them, of all jobs that the page knows. */
function holders() {
  const all = new Map();
  for (const job of state.jobs) {
    if (job.decision !== 'cached') continue;
    const name = job.cache.startsWith('hit: fetched from ') ? job.cache.slice(18) : job.cache.startsWith('hit: made') ? 'another build' : `${job.submitter} itself`;
    all.set(name, (all.get(name) ?? 0) + 1);
  }
  return [...all];
}

function rows(list, none, entries) {
  const sorted = entries.sort((a, b) => b[1] - a[1]).slice(0, 20);
  const most = Math.max(1, ...sorted.map(entry => entry[1]));
  none.hidden = sorted.length > 0;
  keyed(list, sorted, entry => entry[0], () => el('li', {}, el('span'), el('b', { class: 'number' }), el('div', { class: 'meter' }, el('i'))), (row, [name, number]) => {
    setText(row.children[0], name);
    setText(row.children[1], count(number));
    row.children[2].style.setProperty('--part', `${100 * number / most}%`);
    row.children[2].className = `meter ${name.startsWith('miss') ? 'miss' : ''}`;
  });
}
