// @ts-check
/** The stack in the lower left corner: at most five are visible, the rest is counted and waits. */
import * as acts from "../shared/inbox-changes.js";
import { shownFields } from "../shared/widget-parameters.js";
import * as view from "../shared/notification-view.js";
import { icon, isControl, make, on } from "../shared/dom.js";
import { say } from "../shared/i18n.js";

const VISIBLE = 5;
const LASTS = 8000;
const TICK = 250;

/** @typedef {{notice: import("../shared/notification-view.js").Notice, left: number, element: HTMLElement | null}} Popup */

export class Popups {
  constructor(corner) {
    /** @type {Popup[]} */
    this.popups = [];
    this.timer = 0;
    this.stack = corner.querySelector(".popup-inbox");
    this.more = make("div", { class: "nc-more", hidden: true });
    this.polite = make("div", { class: "nc-said", role: "status" });
    this.urgent = make("div", { class: "nc-said", role: "alert" });
    corner.prepend(this.polite, this.urgent, this.more);
    document.addEventListener("visibilitychange", () => this.#readShown());
    on("removed", ({ ids }) => this.#close((popup) => ids.includes(popup.notice.id)));
  }

  /** Put one on top; an error that was closed before stays away, and so does what is there already. */
  async show(notice, speaks = async () => false) {
    if (notice.kind === "error" && wasDismissed(notice)) return;
    if (this.popups.some((popup) => popup.notice.id === notice.id)) return;
    this.popups.push({ notice, left: LASTS, element: null });
    this.#arrange();
    this.#say(notice);
    this.timer ||= setInterval(() => this.#tick(), TICK);
    if (await speaks()) attract(notice.kind, notice.title);
  }

  #arrange() {
    const first = Math.max(0, this.popups.length - VISIBLE);
    this.popups.forEach((popup, index) => (index < first ? this.#conceal(popup) : this.#reveal(popup)));
    this.more.hidden = first === 0;
    const closeAll = make("button", { type: "button", class: "nc-link", onclick: () => this.#close(() => true) }, say("closeAll"));
    this.more.replaceChildren(say("more", { n: first }), closeAll);
    this.#readShown();
  }

  #conceal(popup) {
    popup.element?.remove();
    popup.element = null;
  }

  #reveal(popup) {
    if (popup.element) return;
    popup.element = this.#draw(popup);
    const above = this.popups.slice(this.popups.indexOf(popup) + 1).find((other) => other.element);
    this.stack.insertBefore(popup.element, above?.element ?? null);
  }

  #draw(popup) {
    const { notice } = popup;
    const close = make("button", { type: "button", class: "nc-tool nc-close", "aria-label": say("close"), title: say("close"), onclick: (event) => this.#dismiss(popup, event.detail === 0) }, icon("close"));
    const body = make("div", { class: "nc-body" }, view.heading(notice, "strong"), view.lines(notice), view.buttons(notice));
    const traits = { class: `notification__item notification-inner nc-popup nc-${notice.kind}`, "data-id": notice.id, role: "group", "aria-label": notice.title };
    const element = make("div", traits, close, view.glyph(notice), body);
    if (notice.click) element.classList.add("nc-leads");
    element.addEventListener("click", (event) => this.#clicked(event, popup));
    return element;
  }

  #clicked(event, { notice, element }) {
    const control = isControl(event, /** @type {Element} */ (element));
    const link = /** @type {Element} */ (event.target).closest("a[href]");
    if (notice.item && (link || !control)) acts.read([notice.item], true);
    if (!control && !getSelection()?.toString()) view.follow(notice);
  }

  #dismiss(popup, byKeyboard) {
    if (popup.notice.kind === "error") remember(popup.notice);
    this.#close((other) => other === popup);
    if (byKeyboard) this.stack.lastElementChild?.querySelector("button")?.focus();
  }

  #close(which) {
    const closed = this.popups.filter(which);
    if (!closed.length) return;
    this.popups = this.popups.filter((popup) => !closed.includes(popup));
    closed.forEach((popup) => this.#conceal(popup));
    this.#arrange();
  }

  #tick() {
    const isStill = document.hidden || this.stack.matches(":hover, :focus-within");
    for (const popup of this.popups) {
      if (popup.element && popup.notice.kind !== "call" && !isStill) popup.left -= TICK;
    }
    this.#close((popup) => popup.left <= 0 || popup.element?.isConnected === false);
    if (this.popups.length) return;
    clearInterval(this.timer);
    this.timer = 0;
  }

  #readShown() {
    if (document.hidden) return;
    const shown = this.popups.filter((popup) => popup.element).map((popup) => popup.notice.item);
    const due = shown.filter((item) => item?.body.actions.read_on_show && !item.is_read);
    if (due.length) acts.read(due, true);
  }

  #say(notice) {
    const region = notice.kind === "call" ? this.urgent : this.polite;
    const text = [notice.title, ...notice.rows.map((row) => view.words(row.text))].join(". ");
    setTimeout(() => (region.textContent = text), 100);
  }
}

/** The popup of a `show_*` call. */
export const ofCall = (method, params) => view.ofShown(shownFields(method, params));

export const ofItem = view.ofItem;

const NAME = "notifcenter_dismissed";
const KEPT = 100;
const YEAR = 31_536_000;

/** @typedef {{title: string, rows: {text: string}[]}} Closed */

const wasDismissed = (notice) => dismissed().includes(hash(notice));

function remember(notice) {
  const all = [...dismissed().filter((other) => other !== hash(notice)), hash(notice)].slice(-KEPT);
  document.cookie = `${NAME}=${all.join(".")}; path=/; max-age=${YEAR}; SameSite=Lax`;
}

function dismissed() {
  const found = document.cookie.match(new RegExp(`(?:^|; )${NAME}=([\\w.]*)`));
  return found?.[1] ? found[1].split(".") : [];
}

/** FNV-1a over header and text, in base 36. */
function hash({ title, rows }) {
  let sum = 0x811c9dc5;
  for (const character of `${title}\n${rows[0]?.text}`) sum = Math.imul(sum ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (sum >>> 0).toString(36);
}

let blinking = 0;
let title = "";

function attract(kind, text) {
  if (kind === "call" && /** @type {any} */ (navigator).userActivation?.hasBeenActive) ring();
  if (document.hidden && !blinking) blink(text);
}

function blink(text) {
  title = document.title;
  blinking = setInterval(() => (document.title = document.title === title ? `● ${text}` : title), 1000);
  document.addEventListener("visibilitychange", calm, { once: true });
}

function calm() {
  clearInterval(blinking);
  blinking = 0;
  document.title = title;
}

/** Two soft tones. */
function ring() {
  const audio = new AudioContext();
  [660, 880].forEach((pitch, index) => {
    const [tone, volume, at] = [audio.createOscillator(), audio.createGain(), audio.currentTime + index * 0.25];
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.08, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.24);
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.25);
  });
  setTimeout(() => audio.close(), 1000);
}
