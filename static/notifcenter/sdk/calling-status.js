// @ts-check
/** Whether a call is on in any tab of this person in this browser; the event `on-phone` tells when that changes. */
import { emit } from "../shared/events.js";

const LAPSES_AFTER_MS = 10_000;
const BEAT_MS = 1000;

export class CallingStatus {
  /** @param {NC.Session<NC.PageState>} session */
  constructor(session) {
    this.session = session;
    this.key = `notifcenter-calling:${session.page.user.id}`;
    this.tab = Math.random().toString(36).slice(2);
    this.isHeldElsewhere = false;
    this.wasOn = false;
    /** @type {(() => void) | null} */
    this.release = null;
    session.isCalling = () => this.isOn();
    setInterval(() => this.#check(), BEAT_MS);
    addEventListener("storage", (event) => event.key === this.key && this.refresh());
    this.set(session.calling);
  }

  isOn() {
    return this.session.calling || this.isHeldElsewhere || Object.values(this.#beats()).some((at) => Date.now() - at < LAPSES_AFTER_MS);
  }

  /** @param {boolean} isOn */
  set(isOn) {
    this.session.calling = isOn;
    if (isOn) this.#hold();
    else this.release?.();
    this.#beat();
    this.#tell();
    this.refresh();
  }

  /** Look at the other tabs. */
  async refresh() {
    const locks = await navigator.locks?.query().catch(() => null);
    const holders = locks?.held?.filter((lock) => lock.name === this.key).length ?? 0;
    this.isHeldElsewhere = holders > (this.release ? 1 : 0);
    this.#tell();
  }

  #check() {
    if (this.session.calling) this.#beat();
    if (this.wasOn) this.refresh();
    else this.#tell();
  }

  #tell() {
    const isOn = this.isOn();
    if (isOn !== this.wasOn) emit("on-phone", (this.wasOn = isOn));
  }

  /** A lock says that the tab lives even where its timers sleep. */
  #hold() {
    if (this.release || !navigator.locks) return;
    const held = new Promise((resolve) => (this.release = () => resolve((this.release = null))));
    navigator.locks.request(this.key, { mode: "shared" }, () => held);
  }

  #beat() {
    const beats = this.#beats();
    const wasOn = this.tab in beats;
    delete beats[this.tab];
    for (const [tab, at] of Object.entries(beats)) if (Date.now() - at > LAPSES_AFTER_MS) delete beats[tab];
    if (this.session.calling) beats[this.tab] = Date.now();
    if (wasOn || this.session.calling) localStorage.setItem(this.key, JSON.stringify(beats));
  }

  /**
   * When each tab with a call was last alive.
   * @returns {Record<string, number>}
   */
  #beats() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "{}");
    } catch {
      return {};
    }
  }
}
