import { h, iconButton } from './core/dom.js';
import { icon } from './core/icons.js';
import { api } from './core/api.js';
import { Live } from './core/live.js';
import { Store } from './core/store.js';
import { themeSwitch } from './core/theme.js';
import { Page } from './chat/page.js';

const problem = document.getElementById('problem');
const connection = document.getElementById('connection');

function complain(words) {
  problem.replaceChildren(h('span', { text: words }), iconButton(icon('close'), 'Dismiss', () => { problem.hidden = true; }));
  problem.hidden = false;
}

function connected(words, state) {
  connection.textContent = words;
  connection.className = state;
}

async function start() {
  const live = new Live();
  const store = new Store(live);
  store.addEventListener('problem', event => complain(event.detail));
  live.addEventListener('open', () => connected('live', 'live'));
  live.addEventListener('lost', () => connected('the app does not answer; trying again', 'lost'));
  await store.loadWorld();
  live.start(store.world.eventId);

  const page = new Page({ api, live, store });
  document.getElementById('tools').append(
    iconButton(icon('panel'), 'Inspector', () => page.togglePanel(), { class: 'inspector-button' }), themeSwitch());
  page.start();
}

start().catch(error => {
  connected('not connected', 'lost');
  complain(`${error.message} Reload the page to try again.`);
});
