// The reader's own choices; a browser that keeps nothing gets the defaults each time.

const prefix = 'wappa.emulator.';

export function remembered(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(prefix + name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(prefix + name, JSON.stringify(value));
  } catch {
    // Storage may be full or forbidden: the choice then lasts as long as the page.
  }
}
