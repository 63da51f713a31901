/* The connection of an open page: one socket, and questions every few seconds where sockets are blocked.
   What it hears is handed to `heard`; what it says of itself to `state`: "live", "polling", "offline", "ended".
   Without a conversation it hears only what concerns the frame of the page. */

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const PING_EVERY = 25_000;
/* a connection that says nothing for so long when it is asked is dead, whatever the browser believes */
const ANSWER_WITHIN = 10_000;
const POLL_EVERY = 4_000;
const POLL_FRAME_EVERY = 60_000;
/* closed by the server for good */
const SIGNED_OUT = 4401;
const NO_PLACE = 4403;
/* after so many sockets in a row that were never ready the page asks by itself, and goes on trying */
const TRIES_BEFORE_POLLING = 3;

export class Live {
  constructor({ conversation, changesUrl, version, heard, state = () => {} }) {
    Object.assign(this, { conversation, changesUrl, version, heard, state });
    this.tries = 0;
    this.neverReady = 0;
    this.ended = false;
    window.addEventListener("online", () => this.wake());
    window.addEventListener("offline", () => this.drop());
    /* A page that was asleep may hold a dead socket without knowing it. */
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.wake();
    });
    window.addEventListener("pageshow", (event) => event.persisted && this.wake());
    this.connect();
  }

  connect() {
    if (this.ended || (this.socket && this.socket.readyState < WebSocket.CLOSING)) return;
    window.clearTimeout(this.retry);
    const address = new URL("/ws/live/", window.location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    try {
      this.socket = new WebSocket(address);
    } catch {
      this.neverReady += 1;
      this.later();
      return;
    }
    const socket = this.socket;
    socket.addEventListener("open", () => {
      if (this.conversation) this.send({ type: "open", conversation: this.conversation, after: this.version });
      else this.ping();
    });
    socket.addEventListener("message", (event) => this.receive(JSON.parse(event.data)));
    socket.addEventListener("close", (event) => {
      if (socket !== this.socket) return;
      window.clearInterval(this.pings);
      if (event.code === SIGNED_OUT) return this.signedOut();
      if (event.code === NO_PLACE) return this.end("no-place");
      this.neverReady += 1;
      this.later();
    });
  }

  /* Waits a little longer each time, and never as long as the others: after a restart not everybody comes at once. */
  later() {
    if (this.ended) return;
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.tries);
    this.tries += 1;
    this.retry = window.setTimeout(() => this.connect(), longest / 2 + Math.random() * (longest / 2));
    if (this.neverReady >= TRIES_BEFORE_POLLING) this.poll();
    else this.state("offline");
  }

  receive(frame) {
    window.clearTimeout(this.overdue);
    this.overdue = null;
    if (frame.type === "ready" || (frame.type === "pong" && !this.conversation)) {
      this.tries = this.neverReady = 0;
      this.stopPolling();
      window.clearInterval(this.pings);
      this.pings = window.setInterval(() => this.ping(), PING_EVERY);
      this.state("live");
    } else if (frame.type === "changes") {
      this.version = frame.version;
    }
    this.heard(frame);
  }

  send(frame) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  wake() {
    if (this.socket?.readyState === WebSocket.OPEN) this.ping();
    else this.connect();
  }

  ping() {
    this.send({ type: "ping" });
    this.overdue ??= window.setTimeout(() => this.drop(), ANSWER_WITHIN);
  }

  /* Give a connection up without waiting for the browser to notice, and begin a new one. */
  drop() {
    const dead = this.socket;
    this.socket = null;
    this.overdue = null;
    window.clearInterval(this.pings);
    dead?.close();
    window.clearTimeout(this.retry);
    this.later();
  }

  /* The browser may have another session by now: with a new password, or signed in again in another tab. */
  async signedOut() {
    await this.ask();
    this.later();
  }

  poll() {
    if (this.polling || this.ended) return;
    this.polling = window.setInterval(() => this.ask(), this.conversation ? POLL_EVERY : POLL_FRAME_EVERY);
    this.ask();
  }

  stopPolling() {
    window.clearInterval(this.polling);
    this.polling = null;
  }

  /* All that is missing, read from the server. */
  async ask() {
    if (this.asking) return;
    if (!this.conversation) return this.heard({ type: "counts" });
    this.asking = true;
    try {
      let more = true;
      while (more) {
        const response = await fetch(`${this.changesUrl}?after=${this.version}`, {
          headers: { Accept: "application/json" },
        });
        if (response.status === 404) return this.end("no-place");
        if (response.redirected || response.status === 403) return this.end("signed-out");
        if (!response.ok) throw new Error(response.status);
        const found = await response.json();
        this.version = found.version;
        more = found.more;
        this.heard({ type: "changes", ...found });
      }
      if (this.polling) this.state("polling");
    } catch {
      this.state("offline");
    } finally {
      this.asking = false;
    }
  }

  end(why) {
    this.ended = true;
    this.stopPolling();
    window.clearTimeout(this.retry);
    window.clearInterval(this.pings);
    this.state("ended", why);
  }
}
