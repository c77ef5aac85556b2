// @ts-check
/** Calls that are on in any tab of this browser, and the reload that waits for them and for unsent forms. */
import { make } from "../shared/dom.js";
import { say } from "../shared/i18n.js";

const LAPSES = 10_000;
const BEAT = 2000;

export class Release {
  constructor(state) {
    const user = state.page.user.id;
    this.state = state;
    this.key = `notifcenter-calling:${user}`;
    this.tab = Math.random().toString(36).slice(2);
    /** @type {string | null} */
    this.pending = null;
    this.isHeldElsewhere = false;
    /** @type {Set<any>} */
    this.touched = new Set();
    state.isCalling = () => this.isCalling();
    setInterval(() => this.#tick(), BEAT / 2);
    addEventListener("storage", (event) => event.key === this.key && this.#look());
    addEventListener("input", (event) => this.#touched(/** @type {Element} */ (event.target)), true);
    addEventListener("submit", (event) => this.#sent(event), true);
    this.setCalling(state.calling);
  }

  /** Whether a call is on, in whichever tab. */
  isCalling() {
    return this.state.calling || this.isHeldElsewhere || Object.values(this.#beats()).some((at) => Date.now() - at < LAPSES);
  }

  setCalling(on) {
    this.state.calling = on;
    if (on) this.#hold();
    else this.release?.();
    this.#beat();
    this.#look();
  }

  /** A version that may be another than this page's. */
  heard(version) {
    const known = [this.state.page.version, sessionStorage.getItem("notifcenter-reloaded")];
    if (!version || known.includes(version)) return;
    this.pending = version;
    this.#look();
  }

  async #tick() {
    if (this.state.calling) this.#beat();
    if (this.pending) this.#look();
  }

  async #look() {
    await this.#askLocks();
    if (!this.pending || this.isCalling()) return;
    if (this.#hasUnsentInput()) this.#ask();
    else this.#reload();
  }

  #reload() {
    sessionStorage.setItem("notifcenter-reloaded", this.pending ?? "");
    location.reload();
  }

  #ask() {
    if (this.bar?.isConnected) return;
    const now = make("button", { type: "button", class: "nc-link", onclick: () => this.#reload() }, say("reload"));
    this.bar = make("div", { class: "nc-bar nc-release", role: "status" }, say("release"), now);
    document.body.append(this.bar);
  }

  #touched(field) {
    if (!field.closest("[class^=nc-]")) this.touched.add(field);
  }

  #hasUnsentInput() {
    return [...this.touched].some((field) => field.isConnected && (field.isContentEditable || hasChanged(field)));
  }

  #sent(event) {
    for (const field of this.touched) if (field.form === event.target) this.touched.delete(field);
  }

  /** A lock says that the tab lives even where its timers sleep. */
  #hold() {
    if (this.release || !navigator.locks) return;
    const held = new Promise((release) => (this.release = () => release((this.release = undefined))));
    navigator.locks.request(this.key, { mode: "shared" }, () => held);
  }

  async #askLocks() {
    const asked = await navigator.locks?.query().catch(() => null);
    const holders = asked?.held?.filter((lock) => lock.name === this.key).length ?? 0;
    this.isHeldElsewhere = holders > (this.release ? 1 : 0);
  }

  #beat() {
    const beats = this.#beats();
    const was = this.tab in beats;
    delete beats[this.tab];
    for (const [tab, at] of Object.entries(beats)) if (Date.now() - at > LAPSES) delete beats[tab];
    if (this.state.calling) beats[this.tab] = Date.now();
    if (was || this.state.calling) localStorage.setItem(this.key, JSON.stringify(beats));
  }

  #beats() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "{}");
    } catch {
      return {};
    }
  }
}

function hasChanged(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected);
  return field.value !== field.defaultValue && field.value !== "";
}
