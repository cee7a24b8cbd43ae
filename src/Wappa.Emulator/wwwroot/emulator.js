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
  if (message.phone !== phone.value || shown.has(message.id)) return;
  shown.add(message.id);
  const item = document.createElement('li');
  item.className = message.from;
  const body = document.createElement('span');
  format(body, message.text);
  const time = document.createElement('time');
  time.dateTime = message.at;
  time.textContent = new Date(message.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  item.append(body, time);
  list.append(item);
  list.scrollTop = list.scrollHeight;
}

function complain(words) {
  problem.textContent = words;
  problem.hidden = !words;
}

let events;
function listen() {
  events?.close();
  list.replaceChildren();
  shown.clear();
  events = new EventSource('/emulator/events');
  events.onopen = () => { connection.textContent = 'online'; };
  events.onerror = () => { connection.textContent = 'the app does not answer'; };
  events.addEventListener('message', event => show(JSON.parse(event.data)));
}

composer.addEventListener('submit', async event => {
  event.preventDefault();
  if (!text.value.trim()) return;
  const message = { text: text.value, phone: phone.value, name: name.value };
  text.value = '';
  complain('');
  try {
    const answer = await fetch('/emulator/messages', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
    });
    if (!answer.ok) {
      const { error } = await answer.json().catch(() => ({ error: `the emulator answered ${answer.status}` }));
      complain(`Not delivered: ${error}`);
      text.value ||= message.text;
    }
  } catch {
    complain('Not delivered: the app does not answer. Is it running?');
    text.value ||= message.text;
  }
});

phone.addEventListener('change', listen);
listen();
