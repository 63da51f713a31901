/* What was written and is not on the server yet. It is kept in this browser until the server has it, so that a closed
   tab, a lost connection or a signed-out session loses nothing. Sending again is harmless: each message has a key of its
   own, by which the server knows it. */

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
/* a server that takes longer is asked again */
const ANSWER_WITHIN = 30_000;

export class Outbox {
  constructor({ conversation, own, messagesUrl, token, changed }) {
    Object.assign(this, { messagesUrl, token, changed });
    /* Of this person in this conversation: another one in the same browser sends nothing of it. */
    this.place = `hanse.outbox.${conversation}.${own}`;
    this.sending = false;
    this.tries = 0;
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

  /* One after the other, so that they arrive in the order in which they were written; of several tabs one does it.
     What does not get through is tried again after a while: the connection of the page may have noticed nothing. */
  async send() {
    window.clearTimeout(this.retry);
    if (this.sending) return;
    this.sending = true;
    let isThrough = false;
    try {
      isThrough = navigator.locks ? await navigator.locks.request(this.place, () => this.sendAll()) : await this.sendAll();
    } finally {
      this.sending = false;
    }
    if (isThrough) this.tries = 0;
    if (this.next) this.later();
  }

  get next() {
    return this.waiting.find((message) => message.state === "pending");
  }

  /* Not at the same moment as all others who wait for the same server. */
  later() {
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.tries);
    this.tries += 1;
    window.clearTimeout(this.retry);
    this.retry = window.setTimeout(() => this.send(), longest / 2 + Math.random() * (longest / 2));
  }

  /* True when nothing waits any more. */
  async sendAll() {
    for (let next; (next = this.next); ) {
      if ((await this.post(next)) === "later") return false;
    }
    return true;
  }

  async post(message) {
    const data = new FormData();
    data.set("body", message.body);
    data.set("client_key", message.key);
    for (const name of ["quoted", "thread"]) if (message[name]) data.set(name, message[name]);
    for (const file of message.attached ?? []) data.append("attachments", file.id);
    let response, stored;
    try {
      response = await fetch(this.messagesUrl, {
        method: "POST",
        body: data,
        headers: { Accept: "application/json", "X-CSRFToken": this.token },
        signal: AbortSignal.timeout(ANSWER_WITHIN),
      });
      if (response.status === 201) stored = (await response.json()).message;
    } catch {
      return "later";
    }
    if (stored) {
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
