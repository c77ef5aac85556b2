// @ts-check
/** The live socket: one per browser, held by the tab that leads, which passes its frames on to the others. */
import { renewed, site } from "../shared/api.js";

const SILENCE = 60_000;
const LONGEST_PAUSE = 30_000;
const BAD_TOKEN = 4401;

class LiveSocket {
  constructor(session, cursor, hear, stand) {
    this.session = session;
    this.cursor = cursor;
    this.hear = hear;
    this.stand = stand;
    this.failures = 0;
    this.heardAt = 0;
    this.timer = 0;
    /** @type {WebSocket | null} */
    this.socket = null;
    addEventListener("online", () => this.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
    setInterval(() => this.#isStale() && this.open(), 10_000);
    this.open();
  }

  /** Connect anew, from the cursor on. */
  open() {
    clearTimeout(this.timer);
    this.#drop();
    this.heardAt = Date.now();
    const socket = new WebSocket(this.#address(), this.session.token ? [`bearer.${this.session.token}`] : []);
    socket.onmessage = (event) => this.#take(event.data);
    socket.onclose = (event) => this.#closed(event.code);
    this.socket = socket;
  }

  /** Connect unless it is connected and was heard of lately. */
  wake() {
    const state = this.socket?.readyState;
    if (state === WebSocket.CONNECTING) return;
    if (state !== WebSocket.OPEN || Date.now() - this.heardAt > SILENCE / 2) this.open();
  }

  #address() {
    const address = new URL("ws/live/", site());
    address.protocol = address.protocol.replace("http", "ws");
    const cursor = this.cursor();
    if (cursor !== null) address.searchParams.set("cursor", String(cursor));
    return address;
  }

  #isStale() {
    return this.socket?.readyState === WebSocket.OPEN && Date.now() - this.heardAt > SILENCE;
  }

  #drop() {
    if (!this.socket) return;
    this.socket.onclose = this.socket.onmessage = null;
    this.socket.close();
  }

  #take(text) {
    this.heardAt = Date.now();
    const frame = JSON.parse(text);
    if (frame.type === "hello") {
      this.failures = 0;
      this.stand("online");
    }
    this.hear(frame);
  }

  async #closed(code) {
    this.socket = null;
    if (code === BAD_TOKEN && !(await renewed())) return this.stand("out");
    this.stand("offline");
    const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** this.failures);
    this.failures += 1;
    this.timer = setTimeout(() => this.open(), pause * (0.5 + Math.random() / 2));
  }
}

const KEPT = 200;

export class Tabs {
  constructor(session, cursor, hear, stand) {
    this.session = session;
    this.cursor = cursor;
    this.hear = hear;
    this.stand = stand;
    /** @type {LiveSocket | null} */
    this.socket = null;
    this.from = cursor();
    /** @type {any[]} */
    this.kept = [];
    /** @type {any} */
    this.hello = null;
    this.name = `notifcenter:${session.base.host}:${session.page.user.id}`;
    this.turns = navigator.locks ? null : import("./tab-election.js").then(({ Turns }) => new Turns(this.name));
    if (this.turns) this.#lead();
    else this.#share();
  }

  get leads() {
    return this.socket !== null;
  }

  /** Whether this tab is the one to ask for attention; where each tab leads for itself, the first one is. */
  async speaks(/** @type {string} */ id) {
    return this.turns ? (await this.turns).isFirst(id) : this.leads;
  }

  /** Get what this tab lacks. */
  catchUp() {
    if (this.leads) this.socket?.open();
    else this.channel?.postMessage({ lacking: this.cursor() });
  }

  #share() {
    this.channel = new BroadcastChannel(this.name);
    this.channel.onmessage = (event) => this.#told(event.data);
    navigator.locks.request(this.name, () => {
      this.#lead();
      return new Promise(() => {});
    });
    this.catchUp();
    document.addEventListener("visibilitychange", () => document.hidden || this.leads || this.catchUp());
    addEventListener("online", () => this.leads || this.channel?.postMessage({ wake: true }));
  }

  #lead() {
    this.from = this.cursor();
    this.socket = new LiveSocket(this.session, () => this.#newest(), (frame) => this.#pass(frame), (state) => this.#tellState(state));
    this.channel?.postMessage({ leads: true });
  }

  #told(message) {
    if (message.frame) this.hear(message.frame);
    if (message.state) this.stand(message.state);
    if (message.leads) this.catchUp();
    if (message.wake) this.socket?.wake();
    if ("lacking" in message && this.leads) this.#repeat(message.lacking);
  }

  #pass(frame) {
    if (frame.type === "hello") this.hello = { ...frame };
    if (frame.type === "presence" && this.hello) Object.assign(this.hello.presence, frame.users);
    if (frame.type === "reset") this.#forget(frame.cursor);
    if (["notification", "read", "deleted"].includes(frame.type)) this.#keep(frame);
    if (this.hello && "cursor" in frame) Object.assign(this.hello, { cursor: frame.cursor, unread: frame.unread });
    this.hear(frame);
    this.channel?.postMessage({ frame });
  }

  #keep(frame) {
    if (frame.cursor <= this.#newest()) return;
    this.kept.push(frame);
    if (this.kept.length > KEPT) this.from = this.kept.shift().cursor;
  }

  #repeat(cursor) {
    if (cursor < this.from) return this.#reopen(cursor);
    for (const frame of this.kept) if (frame.cursor > cursor) this.channel?.postMessage({ frame });
    if (this.hello) this.channel?.postMessage({ frame: this.hello });
    if (this.state) this.channel?.postMessage({ state: this.state });
  }

  #reopen(cursor) {
    this.#forget(cursor);
    this.socket?.open();
  }

  #forget(cursor) {
    this.kept = [];
    this.from = cursor;
  }

  #newest() {
    return this.kept.at(-1)?.cursor ?? this.from;
  }

  #tellState(state) {
    this.state = state;
    this.stand(state);
    this.channel?.postMessage({ state });
  }
}
