// What the page asks of the emulator. Everything here is an HTTP call a test can make too; see the package's README.

const root = '/emulator/api';

/** The emulator said no, or did not answer. `message` is a sentence to show. */
export class Refused extends Error {
  constructor(message, status) {
    super(message);
    this.name = 'Refused';
    this.status = status;
  }
}

async function ask(method, path, body) {
  let answer;
  try {
    answer = await fetch(root + path, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused('The app does not answer. Is it running?', 0);
  }
  if (!answer.ok) throw new Refused(await reason(answer), answer.status);
  if (answer.status === 204) return null;
  const isJson = answer.headers.get('content-type')?.includes('json');
  return isJson ? answer.json() : answer.text();
}

async function reason(answer) {
  const body = await answer.json().catch(() => null);
  const said = body?.error?.message ?? body?.error ?? body?.detail ?? body?.title;
  return typeof said === 'string' && said ? said : `The emulator answered ${answer.status}.`;
}

const talk = (number, customer) => `/conversations/${encodeURIComponent(number)}/${encodeURIComponent(customer)}`;

// The type goes beside the file: as its Content-Type some types would be what a form of another site can send.
async function upload(file) {
  const about = new URLSearchParams({ filename: file.name, type: file.type || 'application/octet-stream' });
  let answer;
  try {
    answer = await fetch(`${root}/media?${about}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: file,
    });
  } catch {
    throw new Refused('The app does not answer. Is it running?', 0);
  }
  if (!answer.ok) throw new Refused(await reason(answer), answer.status);
  return answer.json();
}

export const api = {
  get: path => ask('GET', path),
  post: (path, body = {}) => ask('POST', path, body),
  put: (path, body) => ask('PUT', path, body),
  patch: (path, body) => ask('PATCH', path, body),
  delete: path => ask('DELETE', path, {}),

  world: () => ask('GET', '/world'),
  messages: (number, customer) => ask('GET', `${talk(number, customer)}/messages`),
  send: (number, customer, message) => ask('POST', `${talk(number, customer)}/messages`, message),
  read: (number, customer, played) => ask('POST', `${talk(number, customer)}/read`, played ? { played } : {}),
  createCustomer: customer => ask('POST', '/customers', customer),
  changeCustomer: (id, change) => ask('PATCH', `/customers/${encodeURIComponent(id)}`, change),
  deleteCustomer: id => ask('DELETE', `/customers/${encodeURIComponent(id)}`, {}),
  upload,
  mediaUrl: id => `${root}/media/${encodeURIComponent(id)}`,
  exchanges: () => ask('GET', '/exchanges?limit=500'),
  exchange: id => ask('GET', `/exchanges/${encodeURIComponent(id)}`),
  curl: id => ask('GET', `/exchanges/${encodeURIComponent(id)}/curl`),
  resend: id => ask('POST', `/exchanges/${encodeURIComponent(id)}/resend`, {}),
  chaos: () => ask('GET', '/chaos'),
  setChaos: chaos => ask('PUT', '/chaos', chaos),
  setSettings: settings => ask('PUT', '/settings', settings),
  advance: seconds => ask('POST', '/clock/advance', { seconds }),
  reset: () => ask('POST', '/reset', {}),
};
