const list = document.getElementById('messages');
const composer = document.getElementById('composer');
const text = document.getElementById('text');
const name = document.getElementById('name');
const phone = document.getElementById('phone');
const connection = document.getElementById('connection');
const problem = document.getElementById('problem');
const shown = new Set();

// The text is only ever text: whatever a bot sends, nothing of it becomes markup. Bold and italics are elements made here.
function format(target, body) {
  for (const piece of body.split(/(\*[^*\n]+\*|_[^_\n]+_|~[^~\n]+~)/)) {
    const mark = { '*': 'strong', '_': 'em', '~': 's' }[piece.length > 2 && piece.at(0) === piece.at(-1) ? piece[0] : ''];
    if (mark) {
      const element = document.createElement(mark);
      element.textContent = piece.slice(1, -1);
      target.append(element);
    } else {
      target.append(piece);
    }
  }
}

function show(message) {
  const body = message.content.text?.body;
  if (shown.has(message.id) || body === undefined) return;
  shown.add(message.id);
  const item = document.createElement('li');
  item.className = message.direction === 'in' ? 'user' : 'bot';
  const words = document.createElement('span');
  format(words, body);
  const time = document.createElement('time');
  time.dateTime = message.at;
  time.textContent = new Date(message.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  item.append(words, time);
  list.append(item);
  list.scrollTop = list.scrollHeight;
}

function complain(words) {
  problem.textContent = words;
  problem.hidden = !words;
}

async function call(method, path, body) {
  const answer = await fetch(`/emulator/api/${path}`, {
    method,
    headers: body && { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const value = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(value.error ?? `the emulator answered ${answer.status}`);
  return value;
}

let events;
let number;
let customer;

async function listen() {
  events?.close();
  list.replaceChildren();
  shown.clear();
  const world = await call('GET', 'world');
  number = world.numbers[0].id;
  customer = world.customers.find(known => known.phone === phone.value)
    ?? await call('POST', 'customers', { name: name.value, phone: phone.value });
  for (const message of await call('GET', chat('messages'))) show(message);
  events = new EventSource(`/emulator/events?after=${world.eventId}`);
  events.onopen = () => { connection.textContent = 'online'; };
  events.onerror = () => { connection.textContent = 'the app does not answer'; };
  events.addEventListener('message', event => {
    const happened = JSON.parse(event.data);
    if (happened.number === number && happened.customer === customer.id) show(happened.message);
  });
}

function chat(path) {
  return `conversations/${number}/${customer.id}/${path}`;
}

composer.addEventListener('submit', async event => {
  event.preventDefault();
  const body = text.value;
  if (!body.trim()) return;
  text.value = '';
  complain('');
  try {
    await call('POST', chat('messages'), { type: 'text', text: { body } });
  } catch (error) {
    complain(`Not delivered: ${error.message}`);
    text.value ||= body;
  }
});

phone.addEventListener('change', () => listen().catch(error => complain(error.message)));
listen().catch(error => complain(error.message));
