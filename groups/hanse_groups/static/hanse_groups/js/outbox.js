/* What was written and is not on the server yet. It is kept in this browser until the server has it, so that a closed
   tab, a lost connection or a signed-out session loses nothing. Sending again is harmless: each message has a key of its
   own, by which the server knows it. */

export class Outbox {
  constructor({ conversation, own, messagesUrl, token, changed }) {
    Object.assign(this, { messagesUrl, token, changed });
    /* Of this person in this conversation: another one in the same browser sends nothing of it. */
    this.place = `hanse.outbox.${conversation}.${own}`;
    this.sending = false;
  }

  get waiting() {
    try {
      return JSON.parse(localStorage.getItem(this.place)) ?? [];
    } catch {
      return [];
    }
  }

  store(waiting) {
    try {
      if (waiting.length) localStorage.setItem(this.place, JSON.stringify(waiting));
      else localStorage.removeItem(this.place);
    } catch {
      /* Without storage a message lives as long as its page. */
    }
  }

  /* What is written: body, and the messages that it quotes and whose thread it belongs to. `attached` are
     files that the server has taken in already: their numbers go with the message. */
  add(written) {
    const message = { ...written, key: crypto.randomUUID?.() ?? uuid(), at: new Date().toISOString(), state: "pending" };
    this.store([...this.waiting, message]);
    this.changed(message);
    this.send();
    return message;
  }

  update(key, values) {
    const waiting = this.waiting.map((message) => (message.key === key ? { ...message, ...values } : message));
    this.store(waiting);
    const message = waiting.find((each) => each.key === key);
    if (message) this.changed(message);
  }

  remove(key) {
    this.store(this.waiting.filter((message) => message.key !== key));
  }

  /* Came back as a message of the conversation, before the answer to its sending or instead of it. */
  arrived(key) {
    if (!key || !this.waiting.some((message) => message.key === key)) return;
    this.remove(key);
    this.changed({ key, state: "arrived" });
  }

  again(key) {
    this.update(key, { state: "pending", error: "" });
    this.send();
  }

  /* One after the other, so that they arrive in the order in which they were written; of several tabs one does it. */
  async send() {
    if (this.sending) return;
    this.sending = true;
    try {
      if (navigator.locks) await navigator.locks.request(this.place, () => this.sendAll());
      else await this.sendAll();
    } finally {
      this.sending = false;
    }
  }

  async sendAll() {
    for (let next; (next = this.waiting.find((message) => message.state === "pending")); ) {
      const result = await this.post(next);
      if (result === "later") return;
    }
  }

  async post(message) {
    const data = new FormData();
    data.set("body", message.body);
    data.set("client_key", message.key);
    for (const name of ["quoted", "thread"]) if (message[name]) data.set(name, message[name]);
    for (const file of message.attached ?? []) data.append("attachments", file.id);
    let response;
    try {
      response = await fetch(this.messagesUrl, {
        method: "POST",
        body: data,
        headers: { Accept: "application/json", "X-CSRFToken": this.token },
      });
    } catch {
      return "later";
    }
    if (response.status === 201) {
      const { message: stored } = await response.json();
      this.remove(message.key);
      this.changed({ ...message, state: "sent", stored });
      return "sent";
    }
    if (response.status >= 500 || response.redirected) return "later";
    let error = "";
    try {
      error = (await response.json()).error ?? "";
    } catch {
      /* a page instead of an answer: the words of the page say what is wrong */
    }
    this.update(message.key, { state: "failed", error });
    return "failed";
  }
}

/* Where randomUUID is missing: on pages without https that are not on this machine. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
