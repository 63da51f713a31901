/* Who types at the moment. Nobody says that they have stopped: it is shown for a few seconds after the last word of it. */

import { fill } from "./texts.js";

const SHOWN = 5_000;

export class Typists {
  constructor({ place, words }) {
    Object.assign(this, { place, words });
    this.people = new Map();
  }

  types(key, name) {
    window.clearTimeout(this.people.get(key)?.timer);
    const timer = window.setTimeout(() => {
      this.people.delete(key);
      this.show();
    }, SHOWN);
    this.people.set(key, { name, timer });
    this.show();
  }

  show() {
    const names = [...this.people.values()].map((each) => each.name);
    const one = () => fill(this.words.typing, { name: names[0] });
    this.place.hidden = names.length === 0;
    this.place.textContent = names.length === 1 ? one() : names.length ? this.words.severalTyping : "";
  }
}
