// @ts-check
/** The reload for a new version, which waits for calls and for unsent forms. */
import { make } from "../shared/dom.js";
import { translate } from "../shared/i18n.js";

const RELOADED = "notifcenter-reloaded";
const CHECK_MS = 1000;

/** @typedef {HTMLInputElement & HTMLSelectElement & HTMLTextAreaElement} Field */

export class Release {
  /** @param {string} version this page's @param {import("./calling-status.js").CallingStatus} calling */
  constructor(version, calling) {
    this.version = version;
    this.calling = calling;
    /** @type {string | null} */
    this.pending = null;
    /** @type {Set<Field>} */
    this.touched = new Set();
    setInterval(() => this.#check(), CHECK_MS);
    addEventListener("input", (event) => this.#touch(/** @type {Field} */ (event.target)), true);
    addEventListener("submit", (event) => this.#forget(event.target), true);
  }

  /**
   * A version that may be another than this page's.
   * @param {string} version
   */
  announce(version) {
    if (!version || [this.version, sessionStorage.getItem(RELOADED)].includes(version)) return;
    this.pending = version;
    this.#check();
  }

  async #check() {
    if (!this.pending) return;
    await this.calling.refresh();
    if (this.calling.isOn()) return;
    if (this.#hasUnsentInput()) this.#ask();
    else this.#reload();
  }

  #reload() {
    sessionStorage.setItem(RELOADED, this.pending ?? "");
    location.reload();
  }

  #ask() {
    if (this.bar?.isConnected) return;
    const button = make("button", { type: "button", class: "nc-link", onclick: () => this.#reload() }, translate("reload"));
    this.bar = make("div", { class: "nc-bar nc-release", role: "status" }, translate("release"), button);
    document.body.append(this.bar);
  }

  /** @param {Field} field */
  #touch(field) {
    if (!field.matches("[class^=nc-]")) this.touched.add(field);
  }

  /** @param {EventTarget | null} form */
  #forget(form) {
    for (const field of this.touched) if (field.form === form) this.touched.delete(field);
  }

  #hasUnsentInput() {
    return [...this.touched].some((field) => field.isConnected && (field.isContentEditable || hasChanged(field)));
  }
}

/** @param {Field} field */
function hasChanged(field) {
  if (["checkbox", "radio"].includes(field.type)) return field.checked !== field.defaultChecked;
  if (field.options) return [...field.options].some((option) => option.selected !== option.defaultSelected);
  return field.value !== field.defaultValue && field.value !== "";
}
