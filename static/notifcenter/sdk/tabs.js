// @ts-check
/** One live socket per browser: held by the tab that leads, which passes its frames on to the others. */
import { LiveSocket } from "./live-socket.js";

const MAX_RECENT = 200;
const SIGHT_MS = 5000;
const SIGHT_LAPSES_MS = 12_000;

/**
 * What tabs tell each other: a frame, the connection, a new leader, a cursor to catch up from, the network is back, and
 * which of them are in sight.
 * @typedef {{frame: NC.Frame} | {connection: NC.Connection} | {leads: true} | {after: number} | {wake: true} | {tab: string, isInSight: boolean}} Message
 * @typedef {Extract<NC.Frame, {cursor: number}>} CountedFrame
 */

export class Tabs {
  /** @param {string} name the same in all tabs of one person @param {import("./live-socket.js").Client} client */
  constructor(name, client) {
    this.name = name;
    this.client = client;
    /** @type {LiveSocket | null} */
    this.socket = null;
    /** The cursor before the first of the recent frames. */
    this.from = client.cursor();
    /** @type {CountedFrame[]} */
    this.recent = [];
    /** @type {NC.Hello | null} */
    this.hello = null;
    /** @type {NC.Connection | null} */
    this.connection = null;
    /** @type {BroadcastChannel | null} */
    this.channel = null;
    this.tab = Math.random().toString(36).slice(2);
    /**
     * When each of the other tabs in sight last said so.
     * @type {Map<string, number>}
     */
    this.seen = new Map();
    this.election = navigator.locks ? null : import("./tab-election.js").then(({ TabElection }) => new TabElection(name));
    if (this.election) this.#lead();
    else this.#share();
  }

  /**
   * Whether this tab is the one to ask for attention: the leader; where each tab leads for itself, the first one.
   * @param {string} id
   */
  async mayAlert(id) {
    return this.election ? (await this.election).isFirst(id) : this.socket !== null;
  }

  /**
   * Tell the server something, by the tab that leads; whether this one did.
   * @param {NC.PageFrame} frame
   */
  send(frame) {
    return this.socket?.send(frame) ?? false;
  }

  /** Whether a tab of this person in this browser is in sight; known to the one that leads. */
  isInSight() {
    return !document.hidden || [...this.seen.values()].some((at) => Date.now() - at < SIGHT_LAPSES_MS);
  }

  /** Show nothing more. */
  stop() {
    this.socket?.stop();
    this.channel?.close();
    this.channel = null;
  }

  /** Get what this tab lacks. */
  catchUp() {
    if (this.socket) this.socket.open();
    else this.#post({ after: this.client.cursor() });
  }

  #share() {
    this.channel = new BroadcastChannel(this.name);
    this.channel.onmessage = (event) => this.#receive(event.data);
    navigator.locks.request(this.name, () => {
      if (this.channel) this.#lead();
      return new Promise(() => {});
    });
    this.catchUp();
    document.addEventListener("visibilitychange", () => document.hidden || this.socket || this.catchUp());
    const tellSight = (isInSight = !document.hidden) => this.#post({ tab: this.tab, isInSight });
    document.addEventListener("visibilitychange", () => tellSight());
    addEventListener("pagehide", () => tellSight(false));
    setInterval(() => document.hidden || tellSight(), SIGHT_MS);
    tellSight();
    addEventListener("online", () => this.socket || this.#post({ wake: true }));
  }

  #lead() {
    this.from = this.client.cursor();
    this.socket = new LiveSocket({ cursor: () => this.#newest(), onFrame: (frame) => this.#pass(frame), onConnection: (connection) => this.#tell(connection) });
    this.#post({ leads: true });
  }

  /** @param {Message} message */
  #post(message) {
    this.channel?.postMessage(message);
  }

  /** @param {Message} message */
  #receive(message) {
    if ("frame" in message) this.client.onFrame(message.frame);
    else if ("connection" in message) this.client.onConnection(message.connection);
    else if ("leads" in message) this.catchUp();
    else if ("wake" in message) this.socket?.wake();
    else if ("tab" in message) this.#see(message.tab, message.isInSight);
    else if (this.socket) this.#repeat(message.after, this.socket);
  }

  /** @param {string} tab @param {boolean} isInSight */
  #see(tab, isInSight) {
    if (isInSight) this.seen.set(tab, Date.now());
    else this.seen.delete(tab);
  }

  /** @param {NC.Frame} frame */
  #pass(frame) {
    if (frame.type === "hello") this.hello = { ...frame };
    if (frame.type === "presence" && this.hello) Object.assign(this.hello.presence, frame.users);
    if (frame.type === "reset") this.#forget(frame.cursor);
    if (frame.type === "notification" || frame.type === "read" || frame.type === "deleted" || frame.type === "changed") this.#remember(frame);
    if (this.hello && "cursor" in frame) Object.assign(this.hello, { cursor: frame.cursor, unread: frame.unread });
    this.client.onFrame(frame);
    this.#post({ frame });
  }

  /** @param {CountedFrame} frame */
  #remember(frame) {
    if (frame.cursor <= this.#newest()) return;
    this.recent.push(frame);
    if (this.recent.length > MAX_RECENT) this.from = this.recent.shift()?.cursor ?? this.from;
  }

  /** @param {number} cursor @param {LiveSocket} socket */
  #repeat(cursor, socket) {
    if (cursor < this.from) {
      this.#forget(cursor);
      return socket.open();
    }
    for (const frame of this.recent) if (frame.cursor > cursor) this.#post({ frame });
    if (this.hello) this.#post({ frame: this.hello });
    if (this.connection) this.#post({ connection: this.connection });
  }

  /** @param {number} cursor */
  #forget(cursor) {
    this.recent = [];
    this.from = cursor;
  }

  #newest() {
    return this.recent.at(-1)?.cursor ?? this.from;
  }

  /** @param {NC.Connection} connection */
  #tell(connection) {
    this.connection = connection;
    this.client.onConnection(connection);
    this.#post({ connection });
  }
}
