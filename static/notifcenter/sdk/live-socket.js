// @ts-check
/** The live socket: opened again when it closes or falls silent, from the cursor on. */
import { renewToken, site } from "../shared/api.js";
import { on } from "../shared/events.js";
import { session } from "../shared/session.js";

const SILENCE_MS = 60_000;
const MAX_PAUSE_MS = 30_000;
const BAD_TOKEN = 4401;

/** @typedef {{cursor: () => number, onFrame: (frame: NC.Frame) => void, onConnection: (connection: NC.Connection) => void}} Client */

export class LiveSocket {
  /** @param {Client} client */
  constructor(client) {
    this.client = client;
    this.failures = 0;
    this.lastFrameAt = 0;
    this.timer = 0;
    this.isStopped = false;
    this.isSignedOut = false;
    /** @type {WebSocket | null} */
    this.socket = null;
    addEventListener("online", () => this.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.wake());
    setInterval(() => this.#isSilentFor(SILENCE_MS) && this.open(), 10_000);
    on("renewed", () => this.open());
    on("renewable", () => this.isSignedOut && this.#renew());
    this.open();
  }

  /** Close for good. */
  stop() {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.#drop();
  }

  /** Connect anew. */
  open() {
    if (this.isStopped) return;
    clearTimeout(this.timer);
    this.#drop();
    this.lastFrameAt = Date.now();
    const { token } = session;
    this.isSignedOut = false;
    const socket = new WebSocket(this.#address(), token ? [`bearer.${token}`] : []);
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => this.#closed(event.code);
    this.socket = socket;
  }

  /** Connect unless it is connected and not silent. */
  wake() {
    const state = this.socket?.readyState;
    if (state !== WebSocket.CONNECTING && (state !== WebSocket.OPEN || this.#isSilentFor(SILENCE_MS / 2))) this.#reopen();
  }

  /**
   * Tell the server something; whether it could be told.
   * @param {NC.PageFrame} frame
   */
  send(frame) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  #address() {
    const address = new URL("ws/live/", site());
    address.protocol = address.protocol.replace("http", "ws");
    address.searchParams.set("cursor", String(this.client.cursor()));
    address.searchParams.set("readable", "1");
    return address;
  }

  /** @param {number} silence */
  #isSilentFor(silence) {
    return this.socket?.readyState === WebSocket.OPEN && Date.now() - this.lastFrameAt > silence;
  }

  #drop() {
    if (!this.socket) return;
    this.socket.onclose = this.socket.onmessage = null;
    this.socket.close();
  }

  /** @param {string} text */
  #receive(text) {
    this.lastFrameAt = Date.now();
    /** @type {NC.Frame} */
    const frame = JSON.parse(text);
    if (frame.type === "hello") {
      this.failures = 0;
      this.client.onConnection("online");
    }
    this.client.onFrame(frame);
  }

  /** @param {number} code */
  #closed(code) {
    this.socket = null;
    if (code === BAD_TOKEN) return this.#renew();
    this.client.onConnection("offline");
    const pause = Math.min(MAX_PAUSE_MS, 500 * 2 ** this.failures);
    this.failures += 1;
    this.timer = setTimeout(() => this.#reopen(), pause * (0.5 + Math.random() / 2));
  }

  /** By cookie the socket would be that of whoever is signed in by now. */
  async #reopen() {
    await session.check?.();
    this.open();
  }

  /** What renews the token has the socket opened. */
  async #renew() {
    this.isSignedOut = true;
    if (!(await renewToken())) this.client.onConnection("signed-out");
  }
}
