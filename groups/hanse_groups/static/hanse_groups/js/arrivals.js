/* What arrives while its reader looks elsewhere: a line before the first of it, how much it is, and the way there. */

import { fill } from "./texts.js";

export class Arrivals {
  constructor({ button, messages, words, isNewest, lastRead, go }) {
    Object.assign(this, { button, messages, words, isNewest, lastRead, go });
    this.number = 0;
    button.addEventListener("click", go);
    messages.log.addEventListener("scroll", () => this.show(), { passive: true });
  }

  /* What stands in the page unread when it begins. */
  begin(number) {
    this.number = number;
    this.show();
  }

  came(unseen) {
    if (unseen.length === 0) return;
    this.number += unseen.length;
    this.mark(unseen[0].id);
    this.show();
  }

  /* A line that stands before something unread stays where it is. */
  mark(id) {
    const row = this.messages.find(id);
    if (!row) return;
    const present = this.messages.list.querySelector("[data-unread]");
    let next = present?.nextElementSibling;
    while (next && !next.dataset.seq) next = next.nextElementSibling;
    if (next && Number(next.dataset.seq) > this.lastRead()) return;
    const line = present ?? Object.assign(document.createElement("li"), { className: "unread" });
    line.dataset.unread = "";
    line.replaceChildren(Object.assign(document.createElement("span"), { textContent: this.words.new }));
    row.before(line);
  }

  show() {
    const isThere = this.isNewest();
    if (isThere) this.number = 0;
    if (isThere && document.activeElement === this.button) this.messages.log.focus({ preventScroll: true });
    this.button.hidden = isThere;
    const { toNewest, oneNewest, severalNewest } = this.words;
    if (this.number === 0) this.button.textContent = toNewest;
    else this.button.textContent = this.number === 1 ? oneNewest : fill(severalNewest, { number: this.number });
  }
}
