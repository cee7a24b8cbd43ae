const names = [
  'message', 'status', 'conversation', 'customer', 'world', 'exchange', 'typing', 'chaos', 'clock', 'reload', 'turn', 'memory',
];
const pause = 2000; // ms until a stream the browser gave up is opened again

/**
 * What happens, as it happens: one event stream for the whole page. The browser reconnects by itself and says where it was;
 * the emulator then sends what was missed, or `reload` when that is too long ago or from before a restart of the app.
 */
export class Live extends EventTarget {
  #source = null;
  #last = 0;

  /** Starts with what happened after the event of that id. */
  start(after) {
    this.#last = after;
    const source = new EventSource(`/emulator/events?after=${encodeURIComponent(after)}`);
    this.#source = source;
    source.onopen = () => this.dispatchEvent(new Event('open'));
    source.onerror = () => {
      this.dispatchEvent(new Event('lost'));
      // Browsers try again after a broken connection, but not after an answer that is no stream, as an app that starts may give.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => this.start(this.#last), pause);
    };
    for (const name of names) source.addEventListener(name, event => this.#hear(name, event));
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

  #hear(name, event) {
    this.#last = event.lastEventId || this.#last;
    this.dispatchEvent(new CustomEvent(name, { detail: event.data ? JSON.parse(event.data) : null }));
  }
}
