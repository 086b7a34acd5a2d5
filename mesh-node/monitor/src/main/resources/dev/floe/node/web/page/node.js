// This node: whether it executes, its settings, its toolchains and their stand-ins, what the doctor finds.
import { el, setText, card, empty, count, bytes } from '/dom.js';
import { json, act } from '/store.js';

let showToast;
let status;
let why;
let pause;
let resume;
let settings;
let toolchains;
let findings;

export const nodeView = {
  create(root, { toast }) {
    showToast = toast;
    status = el('p', { class: 'big' });
    why = el('p', { class: 'note' });
    pause = el('button', { type: 'button', class: 'primary', id: 'pause', text: 'Pause executing', onclick: () => change('/api/pause', 'This node takes no jobs of others.') });
    resume = el('button', { type: 'button', class: 'primary', id: 'resume', text: 'Resume executing', onclick: () => change('/api/resume', 'This node takes jobs of others again.') });
    settings = el('dl', { class: 'facts wide' });
    toolchains = el('div', { class: 'toolchains' });
    findings = el('ul', { class: 'findings' });
    root.append(
      el('section', { class: 'card control' }, el('div', {}, el('h2', { text: 'Executing for others' }), status, why), el('div', { class: 'buttons' }, pause, resume)),
      card('Findings', findings), el('h2', { class: 'apart', text: 'Toolchains' }), toolchains, card('Settings', settings));
  },

  show: load,

  update({ snapshot }) {
    const self = snapshot?.nodes.find(node => node.self);
    if (!self) return;
    setText(status, self.paused ? 'Paused' : self.draining ? 'Leaving' : self.executes ? `${self.busy} of ${self.slots} slots busy` : 'Does not execute');
    setText(why, self.trouble || self.notExecutingReason || `${count(self.done)} jobs done for others since the start`);
    pause.hidden = self.paused || !self.executes;
    resume.hidden = !self.paused;
  },
};

async function change(path, done) {
  pause.disabled = resume.disabled = true;
  try {
    showToast(await act(path) || done);
  } catch (failure) {
    showToast(failure.message, true);
  } finally {
    pause.disabled = resume.disabled = false;
  }
}

async function load() {
  const [set, held, found] = await Promise.all(['/api/settings.json', '/api/toolchains.json', '/api/doctor.json'].map(path => json(path).catch(failure => {
    showToast(failure.message, true);
    return null;
  })));
  settings.replaceChildren(...Object.entries(set ?? {}).map(([name, text]) => el('div', {}, el('dt', { text: name }), el('dd', { text: text || '–' }))));
  toolchains.replaceChildren(...(held?.length ? held.map(toolchain) : [empty('This node holds no toolchain yet. The first compile packs one, or: floe toolchain create gcc')]));
  findings.replaceChildren(...(found ?? []).map(finding => el('li', { data: { state: finding.state } },
    el('span', { class: `tag ${{ ok: 'cached', note: 'quiet', problem: 'bad' }[finding.state] ?? 'quiet'}`, text: finding.state }), el('b', { text: finding.part }), el('span', { text: finding.text }))));
  if (!found) findings.replaceChildren(el('li', {}, el('span', { text: 'Run floe doctor on this machine to look for what would keep it from submitting or executing.' })));
}

function toolchain(held) {
  return el('article', { class: 'card' },
    el('header', {}, el('h3', { text: `${held.family} ${held.version}` }), el('div', { class: 'tags' },
      held.notObserved ? el('span', { class: 'tag warn', text: 'not observed', title: held.notObserved }) : null,
      held.importedFrom ? el('span', { class: 'tag quiet', text: 'imported', title: held.importedFrom }) : null)),
    el('p', { class: 'where', text: `${held.id.slice(0, 12)} · runs on ${held.host} · compiles for ${held.target} · ${bytes(held.archiveBytes)}` }),
    el('p', { text: held.holders.length ? `Also at ${held.holders.join(', ')}` : 'Only here' }),
    held.standIns.length ? el('h4', { text: 'Stand-ins' }) : null,
    held.standIns.length ? el('ul', { class: 'plainlist' }, held.standIns.map(one => el('li', {},
      el('b', { text: one.node }), el('span', { text: one.proven.length ? `${one.compiler} stands in for ${one.proven.join(', ').toLowerCase().replaceAll('_', ' ')}` : `${one.compiler} does not stand in` }),
      one.troubles.length ? el('span', { class: 'note', text: one.troubles.join('; ') }) : null))) : null);
}
