/** The page at `/`: a form for one raw input, and what the bundle answers. */
import { escapeHTML } from '../table';
import { htmlOf, type Page } from './html';
import type { About } from './protocol';

const style = `
label { display: block; font-weight: 600; margin: 1rem 0 .3rem; }
textarea, input { width: 100%; box-sizing: border-box; font: inherit; padding: .5rem; border: 1px solid var(--line); border-radius: 6px; }
textarea { min-height: 8rem; resize: vertical; }
button { font: inherit; margin: .8rem .5rem 0 0; padding: .45rem 1.1rem; border: 0; border-radius: 6px; background: var(--accent); color: #fff; cursor: pointer; }
button:disabled { opacity: .5; cursor: default; }
#verdict { font-size: 1.3rem; font-weight: 600; margin: 1.2rem 0 .2rem; } #error { color: var(--bad); }
@media (prefers-color-scheme: dark) { button { color: #111; } }
#words span { padding: .1em .15em; border-radius: 3px; } #note { opacity: .75; font-size: .9rem; } #text { white-space: pre-wrap; }
`;

const script = `
const about = JSON.parse(document.getElementById('about').textContent);
const find = (id) => document.getElementById(id);
const percent = (p) => (100 * p).toFixed(1) + ' %';
const clear = () => { for (const id of ['verdict', 'note', 'words', 'text', 'error']) find(id).replaceChildren(); };

async function ask(path, body) {
  const headers = { 'content-type': 'application/json' };
  if (find('token')) headers.authorization = 'Bearer ' + find('token').value;
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  if (response.ok) return response;
  throw new Error((await response.json()).error);
}

function showWords({ tokens, method, label }) {
  const most = Math.max(...tokens.map(({ weight }) => Math.abs(weight)), 1e-9);
  for (const { token, weight } of tokens) {
    const word = document.createElement('span');
    word.textContent = token;
    const share = Math.abs(weight) / most;
    word.style.backgroundColor = 'rgb(' + (weight < 0 ? '214 96 77' : '67 147 195') + ' / ' + (0.75 * share).toFixed(2) + ')';
    word.title = weight.toFixed(4);
    find('words').append(word, ' ');
  }
  find('note').textContent = method === 'attention'
    ? 'The darker a word, the more attention the model pays to it.'
    : 'Blue words speak for "' + label + '", red ones against it: by how much its probability falls without the word.';
}

async function classify(body) {
  const answer = await (await ask(about.reads === 'text' ? '/explain' : '/predict', body)).json();
  find('verdict').textContent = answer.label + ', ' + percent(answer.probability);
  if (answer.tokens) showWords(answer);
}

async function regress(body) {
  const { values } = await (await ask('/predict', body)).json();
  find('verdict').textContent = values.map((value) => [value].flat().map((v) => v.toPrecision(5)).join(' ')).join(', ');
}

async function generate(prompt) {
  const response = await ask('/generate', { prompt, length: 400, temperature: 0.8, stream: true });
  find('text').textContent = prompt;
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (rest + value).split('\\n\\n');
    rest = events.pop();
    for (const event of events) {
      const [, kind, data] = /^event: (\\w+)\\ndata: (.*)$/.exec(event);
      if (kind === 'error') throw new Error(JSON.parse(data).error);
      if (kind === 'piece') find('text').append(JSON.parse(data).text);
    }
  }
}

async function answer() {
  const raw = find('input').value;
  if (about.task === 'generate') return generate(raw);
  let body = { text: raw };
  if (about.reads === 'window') {
    try { body = { window: JSON.parse(raw) }; } catch { throw new Error('Write the window as JSON, for example [0.1, 0.2, 0.3].'); }
  }
  return about.task === 'classify' ? classify(body) : regress(body);
}

find('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  clear();
  find('ask').disabled = true;
  try { await answer(); } catch (error) { find('error').textContent = error.message; }
  find('ask').disabled = false;
});
`;

const questions: Record<About['task'], Record<About['reads'], string>> = {
  classify: { text: 'A text', window: 'A window, as JSON' },
  regress: { text: 'A text', window: 'A window, as JSON' },
  generate: { text: 'How the text begins', window: '' },
};

/** The page of a bundle. */
export function pageOf(about: About, needsToken: boolean): Page {
  const { title, task, reads, parameters, backend, labels, window } = about;
  const known = [
    task === 'classify' && labels && `It answers with ${labels.map((label) => `"${label}"`).join(', ')}.`,
    window && `It reads ${window.time ?? 'any number of'} steps of ${window.features} numbers.`,
    `${parameters.toLocaleString('en-US')} parameters, ${backend}.`,
  ].filter(Boolean);
  return htmlOf({
    title: title ?? 'lstm-lab',
    style,
    script,
    data: { task, reads },
    main: `<form id="form">
<label for="input">${questions[task][reads]}</label>
<textarea id="input" required autofocus></textarea>
${needsToken ? '<label for="token">Token of the service</label>\n<input id="token" type="password" autocomplete="off" required>' : ''}
<button id="ask">${task === 'generate' ? 'Go on' : 'Ask'}</button>
</form>
<div aria-live="polite"><p id="error" role="alert"></p><p id="verdict"></p><p id="words"></p><p id="note"></p><p id="text"></p></div>`,
    footer: `${escapeHTML(known.join(' '))} For programs: <a href="/docs">what can be asked</a>`,
  });
}
