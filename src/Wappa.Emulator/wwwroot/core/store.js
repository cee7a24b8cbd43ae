import { api } from './api.js';

const nothing = { mode: 'embedded', numbers: [], customers: [], conversations: [], settings: {}, eventId: 0, clockOffset: 0 };

/** The name of a conversation in maps and attributes. */
export const keyOf = ({ number, customer }) => `${encodeURIComponent(number)}/${encodeURIComponent(customer)}`;

/** The number and the customer of such a name. */
export function pairOf(key) {
  const [number, customer] = key.split('/').map(decodeURIComponent);
  return { number, customer };
}

/**
 * What the page knows: the world, and the messages of each conversation that was opened. It asks the emulator once and then
 * follows the events; it says `world`, `clock`, `messages` and `typing` (detail: `{ key, message?, isNew? }`) and `problem`
 * (detail: words) when something changed.
 */
export class Store extends EventTarget {
  world = nothing;
  #messages = new Map();
  #waiting = new Map(); // what happened in a conversation while its messages were on their way
  #skew = 0;

  constructor(live) {
    super();
    live.on('world', world => this.#seeWorld(world));
    live.on('conversation', conversation => this.#seeConversation(conversation));
    live.on('customer', customer => this.#seeCustomer(customer));
    live.on('clock', clock => this.#seeClock(clock));
    live.on('message', change => this.#seeMessage(change));
    live.on('status', change => this.#seeStatus(change));
    live.on('typing', change => this.#seeConversation({ ...this.#pair(change), typingUntil: change.until }));
    live.on('reload', () => this.reload());
  }

  /** The app's own clock, which may be ahead of the reader's. */
  now() {
    return Date.now() + this.#skew;
  }

  number(id) {
    return this.world.numbers.find(number => number.id === id);
  }

  customer(id) {
    return this.world.customers.find(customer => customer.id === id);
  }

  /** The conversation of that name, or an empty one when nobody has written yet. */
  conversation(key) {
    return this.world.conversations.find(each => keyOf(each) === key)
      ?? { ...pairOf(key), unread: 0, windowEndsAt: null, typingUntil: null, last: null };
  }

  messages(key) {
    return [...(this.#messages.get(key)?.values() ?? [])];
  }

  message(key, id) {
    return this.#messages.get(key)?.get(id);
  }

  isTyping(key) {
    const until = this.conversation(key).typingUntil;
    return Boolean(until) && Date.parse(until) > this.now();
  }

  async loadWorld() {
    this.#seeWorld(await api.world());
  }

  async open(key) {
    const { number, customer } = pairOf(key);
    this.#waiting.set(key, []);
    await this.attempt(async () => {
      const messages = await api.messages(number, customer);
      this.#messages.set(key, new Map(messages.map(message => [message.id, message])));
      this.#say('messages', { key });
    });
    // The answer may be older than what was heard meanwhile.
    const missed = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const again of missed) again();
  }

  async reload() {
    await this.attempt(() => this.loadWorld());
  }

  /** Does it; what goes wrong is said as `problem`, and what the page shows stays. */
  async attempt(work) {
    try {
      return await work();
    } catch (error) {
      this.#say('problem', error.message);
      return undefined;
    }
  }

  // The world comes anew after a reset as well, so what was loaded of the conversations is loaded again.
  #seeWorld(world) {
    const isFirst = this.world === nothing;
    this.world = world;
    this.#seeClock(world);
    this.#say('world');
    if (!isFirst) for (const key of this.#messages.keys()) this.open(key);
  }

  #seeClock(clock) {
    this.#skew = Date.parse(clock.now) - Date.now();
    this.world.clockOffset = clock.clockOffset;
    this.#say('clock');
  }

  #seeCustomer(customer) {
    const others = this.world.customers.filter(each => each.id !== customer.id);
    const at = this.world.customers.findIndex(each => each.id === customer.id);
    if (customer.deleted) {
      this.world.customers = others;
      this.world.conversations = this.world.conversations.filter(each => each.customer !== customer.id);
    } else {
      this.world.customers = at < 0 ? [...others, customer] : this.world.customers.with(at, customer);
    }
    this.#say('world');
  }

  #seeConversation(conversation) {
    const key = keyOf(conversation);
    const known = this.world.conversations.find(each => keyOf(each) === key);
    const wasTyping = known?.typingUntil;
    if (known) Object.assign(known, conversation);
    else this.world.conversations.push({ ...this.conversation(key), ...conversation });
    this.#say('world');
    if (wasTyping !== conversation.typingUntil) this.#sayTyping(key, conversation.typingUntil);
  }

  #sayTyping(key, until) {
    this.#say('typing', { key });
    // It ends by itself: after 25 s WhatsApp no longer believes it.
    if (until) setTimeout(() => this.#say('typing', { key }), Math.max(0, Date.parse(until) - this.now()) + 50);
  }

  #seeMessage(change) {
    const { message, ...pair } = change;
    const key = keyOf(pair);
    this.#waiting.get(key)?.push(() => this.#seeMessage(change));
    const known = this.#messages.get(key);
    const isNew = known !== undefined && !known.has(message.id);
    known?.set(message.id, message);
    if (message.direction === 'out') this.#seeConversation({ ...this.#pair(pair), typingUntil: null });
    this.#say('messages', { key, message, isNew });
  }

  #seeStatus(news) {
    const { number, customer, ...change } = news;
    const key = keyOf(news);
    this.#waiting.get(key)?.push(() => this.#seeStatus(news));
    const last = this.conversation(key).last;
    if (last?.id === change.id) {
      Object.assign(last, change);
      this.#say('world');
    }
    const message = this.message(key, change.id);
    if (!message) return;
    Object.assign(message, change);
    this.#say('messages', { key, message, isNew: false });
  }

  #pair = ({ number, customer }) => ({ number, customer });

  #say(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
