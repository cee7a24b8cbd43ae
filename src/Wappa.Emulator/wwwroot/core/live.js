const names = [
  'message', 'status', 'conversation', 'customer', 'world', 'exchange', 'typing', 'chaos', 'clock', 'reload', 'turn', 'memory',
];

/**
 * What happens, as it happens: one event stream for the whole page. The browser reconnects by itself and says where it was;
 * the emulator then sends what was missed, or `reload` when that is too long ago.
 */
export class Live extends EventTarget {
  #source = null;

  /** Starts with what happened after the event of that id. */
  start(after) {
    this.#source = new EventSource(`/emulator/events?after=${encodeURIComponent(after)}`);
    this.#source.onopen = () => this.dispatchEvent(new Event('open'));
    this.#source.onerror = () => this.dispatchEvent(new Event('lost'));
    for (const name of names) {
      this.#source.addEventListener(name, event => {
        if (typeof event.data !== 'string') return;
        this.dispatchEvent(new CustomEvent(name, { detail: event.data ? JSON.parse(event.data) : null }));
      });
    }
  }

  /** Calls `then` with the data of each event of that name; the answer ends that. */
  on(name, then) {
    const listener = event => then(event.detail);
    this.addEventListener(name, listener);
    return () => this.removeEventListener(name, listener);
  }

  close() {
    this.#source?.close();
  }
}
