import { h } from '../core/dom.js';
import { icon } from '../core/icons.js';
import { remember, remembered } from '../core/settings.js';
import { keyOf, pairOf } from '../core/store.js';
import { panel } from '../panels/panel.js';
import { column } from './column.js';
import { editCustomer, newCustomer } from './customers.js';
import { sidebar } from './sidebar.js';

const mostColumns = 3;
const columnWidth = 340; // pixels a chat needs beside another

/** The three panes and what is open in them. On a narrow screen one of them is shown at a time. */
export class Page {
  #store;
  #columns = [];
  #active = null;
  #chats = document.getElementById('chats');
  #nobody = h('div', { class: 'empty' }, icon('person'), h('h2', { text: 'No chat is open' }),
    h('p', { text: 'Choose a customer, or create one, and write to the bot.' }));

  constructor(context) {
    this.#store = context.store;
    this.sidebar = sidebar(context.store, this);
    this.panel = panel({ ...context, page: this });
    const panes = document.getElementById('panes');
    panes.prepend(this.sidebar.element);
    panes.append(this.panel.element);
    this.#chats.append(this.#nobody);
    context.store.addEventListener('world', () => this.#forgetTheGone());
  }

  start() {
    const open = remembered('open', []).filter(key => this.#exists(key));
    for (const key of open.length > 0 ? open : this.#first()) this.open(key, true, false);
    this.sidebar.render();
    this.panel.start();
    this.togglePanel(remembered('panel', innerWidth >= 1100));
    this.#pane(innerWidth < 760 && open.length === 0 ? 'list' : 'chat');
    if (innerWidth >= 760) this.#columns[0]?.focus();
  }

  isOpen(key) {
    return this.#columns.some(each => each.key === key);
  }

  /** The conversation used last as `{ number, customer }`, or null. */
  get active() {
    return this.#active ? pairOf(this.#active.key) : null;
  }

  /** Opens a conversation: in place of the one used last, or `beside` the others when there is room. */
  open(key, beside = false, focus = true) {
    let opened = this.#columns.find(each => each.key === key);
    if (!opened) {
      opened = column(this.#store, this, key);
      opened.element.addEventListener('focusin', () => this.#activate(opened));
      this.#place(opened, beside);
    }
    this.#activate(opened);
    this.#changed();
    this.#pane('chat');
    if (focus) opened.focus();
    opened.markRead();
  }

  close(key) {
    const gone = this.#columns.find(each => each.key === key);
    if (!gone) return;
    gone.close();
    this.#columns = this.#columns.filter(each => each !== gone);
    this.#activate(this.#columns.at(-1) ?? null);
    this.#changed();
    if (this.#active) this.#active.focus();
    else this.showList();
  }

  showList() {
    this.#pane('list');
    this.sidebar.focus();
  }

  showChat() {
    this.#pane('chat');
    this.#active?.focus();
  }

  /** Shows or hides the panel; on a narrow screen it takes the whole of it. */
  togglePanel(on = document.body.dataset.panel !== 'open' || this.#isNarrow()) {
    document.body.dataset.panel = on ? 'open' : 'closed';
    remember('panel', on);
    if (this.#isNarrow() && on && document.body.dataset.pane === 'chat') this.#pane('panel');
  }

  showExchange(id) {
    this.togglePanel(true);
    this.panel.show('wire', { exchange: id });
  }

  async showMessage(key, id) {
    this.open(key, true);
    const opened = this.#columns.find(each => each.key === key);
    await opened.ready;
    opened.show(id);
  }

  async newCustomer() {
    const customer = await newCustomer();
    const number = this.#store.world.numbers[0];
    if (customer && number) this.open(keyOf({ number: number.id, customer: customer.id }));
  }

  editCustomer(id) {
    const customer = this.#store.customer(id);
    if (customer) editCustomer(customer);
  }

  #activate(opened) {
    this.#active = opened;
    for (const each of this.#columns) each.element.classList.toggle('active', each === opened);
    this.#store.dispatchEvent(new CustomEvent('active'));
  }

  #place(opened, beside) {
    const room = Math.min(mostColumns, Math.max(1, Math.floor(this.#chats.clientWidth / columnWidth)));
    const replaced = beside && this.#columns.length < room ? null : this.#active ?? this.#columns.at(-1);
    if (replaced) {
      replaced.element.before(opened.element);
      replaced.close();
      this.#columns = this.#columns.map(each => (each === replaced ? opened : each));
    } else {
      this.#chats.append(opened.element);
      this.#columns.push(opened);
    }
  }

  #changed() {
    this.#nobody.hidden = this.#columns.length > 0;
    this.#chats.dataset.columns = this.#columns.length;
    remember('open', this.#columns.map(each => each.key));
    this.sidebar.render();
    this.#store.dispatchEvent(new CustomEvent('opened'));
  }

  #first() {
    const { numbers, customers, conversations } = this.#store.world;
    const latest = conversations.filter(each => each.last).sort((one, other) => Date.parse(other.last.at) - Date.parse(one.last.at))[0];
    if (latest) return [keyOf(latest)];
    return numbers.length > 0 && customers.length > 0 ? [keyOf({ number: numbers[0].id, customer: customers[0].id })] : [];
  }

  #exists(key) {
    const { number, customer } = pairOf(key);
    return Boolean(this.#store.number(number) && this.#store.customer(customer));
  }

  #forgetTheGone() {
    for (const each of this.#columns) if (!this.#exists(each.key)) this.close(each.key);
  }

  #isNarrow = () => matchMedia('(max-width: 759px)').matches;

  #pane(name) {
    document.body.dataset.pane = name;
    if (name === 'chat') for (const each of this.#columns) each.markRead();
  }
}
