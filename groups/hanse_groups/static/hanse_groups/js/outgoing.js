/* What is on its way, drawn at the end of the page: pending, or failed with what can be done then. What has arrived takes
   its place. */

export class Outgoing {
  /* `again` and `discard` get the key of a message, `change` the message: to put it back into the field. */
  constructor({ messages, settings, words, again, discard, change }) {
    Object.assign(this, { messages, settings, words, again, discard, change });
  }

  find(key) {
    return this.messages.list.querySelector(`.msg[data-key="${key}"]`);
  }

  show(message) {
    const row = this.find(message.key) ?? this.draw(message);
    row.classList.toggle("pending", message.state === "pending");
    row.classList.toggle("failed", message.state === "failed");
    const state = row.querySelector("[data-slot=state]");
    state.hidden = false;
    if (message.state === "pending") {
      state.textContent = this.words.pending;
      return;
    }
    state.replaceChildren(
      `${this.words.failed} ${message.error ?? ""} `,
      this.button(this.words.again, () => this.again(message.key)),
      this.button(this.words.change, () => {
        this.discard(message.key);
        row.remove();
        this.change(message);
      }),
      this.button(this.words.discard, () => {
        this.discard(message.key);
        row.remove();
      }),
    );
  }

  /* Of these messages only; what else stands there was sent or discarded in another tab of the same person. */
  showOnly(waiting) {
    const keys = new Set(waiting.map((message) => message.key));
    for (const row of this.messages.list.querySelectorAll(".msg[data-key]")) {
      if (!keys.has(row.dataset.key)) row.remove();
    }
  }

  button(label, act) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "button quiet", textContent: label });
    made.addEventListener("click", act);
    return made;
  }

  draw(message) {
    const text = document.createElement("p");
    text.textContent = message.body;
    const me = this.settings.people.find((person) => person.key === this.settings.own);
    const row = this.messages.draw({
      id: message.key,
      kind: "text",
      at: message.at,
      author: { key: this.settings.own, name: me?.name ?? "", organisation: "", image: me?.image ?? "" },
      html: message.body ? text.outerHTML : "",
      files: message.attached ?? [],
    });
    row.dataset.key = message.key;
    delete row.dataset.seq;
    delete row.dataset.id;
    this.messages.list.querySelector("[data-nothing]")?.remove();
    this.messages.list.append(row);
    return row;
  }
}
