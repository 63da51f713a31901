/* Who is there, and who has read one's own messages: asked for while somebody looks at the page. */

const EVERY = 20_000;
/* after something has happened, so that others have had the time to read it */
const SOON = 2_000;

export class Around {
  constructor({ settings, words, messages, ask }) {
    Object.assign(this, { settings, words, messages, ask });
    this.names = new Map(settings.people.map((person) => [person.key, person.name]));
    document.addEventListener("visibilitychange", () => this.soon());
    window.setInterval(() => this.look(), EVERY);
  }

  look() {
    if (!document.hidden) this.ask();
  }

  soon() {
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.look(), SOON);
  }

  show({ present, read }) {
    this.showsReaders = Boolean(read);
    this.showPresent(new Set(present ?? []));
    this.showReaders(read);
  }

  /* Beside the people of the page. */
  showPresent(present) {
    for (const person of document.querySelectorAll("[data-person]")) {
      person.querySelector("[data-present]").hidden = !present.has(person.dataset.person) || person.dataset.person === this.settings.own;
    }
  }

  /* Under each of one's own messages how many have read it, with their names. */
  showReaders(read) {
    const others = Object.entries(read ?? {}).filter(([key]) => key !== this.settings.own);
    for (const row of this.messages.list.querySelectorAll(".msg.own[data-seq]")) {
      const place = row.querySelector("[data-slot=readers]");
      if (!place) continue;
      const at = new Date(row.dataset.at);
      const there = others.filter(([, { since }]) => new Date(since || 0) <= at);
      const readers = there.filter(([, { seq }]) => seq >= Number(row.dataset.seq));
      place.hidden = readers.length === 0 || row.classList.contains("gone");
      const count = this.words.readBy.replace("{number}", readers.length).replace("{all}", there.length);
      place.querySelector("summary").textContent = count;
      place.querySelector("span").textContent = readers.map(([key]) => this.names.get(key)).filter(Boolean).join(", ");
    }
  }
}
