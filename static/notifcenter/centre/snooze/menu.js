// @ts-check
/** The menu that asks until when to snooze. */
import { make } from "../../shared/dom.js";
import { translate } from "../../shared/i18n.js";
import { session } from "../../shared/session.js";
import { formatWhen, fromWallTime, toWallTime } from "../../shared/times.js";
import { snoozeTimes } from "./times.js";

const GAP = 4;
const YEAR = 365 * 86_400;

/** @type {() => void} */
let closeOpen = () => {};

/**
 * Ask beside an element; there is one menu at a time.
 * @param {HTMLElement} anchor which gets the focus back @param {(until: NC.Until) => void} choose
 */
export function askSnooze(anchor, choose) {
  closeOpen();
  const element = make("div", { class: "nc-menu", role: "menu", "aria-label": translate("snoozeIt") });
  const settle = (/** @type {NC.Until} */ until) => {
    close();
    choose(until);
  };
  element.append(...options(settle), ownTime(element, settle));
  element.addEventListener("keydown", (event) => onKey(event, element, close));
  (anchor.closest(".nc-panel, main") ?? document.body).append(element);
  place(element, anchor);
  /** @type {HTMLElement} */ (element.querySelector("button")).focus();
  document.addEventListener("pointerdown", onPointer, true);
  closeOpen = close;

  function close() {
    document.removeEventListener("pointerdown", onPointer, true);
    element.remove();
    closeOpen = () => {};
    anchor.focus({ preventScroll: true });
  }

  /** @param {Event} event */
  function onPointer(event) {
    if (!element.contains(/** @type {Node} */ (event.target))) close();
  }
}

/** @param {(until: NC.Until) => void} settle */
function options(settle) {
  const now = Math.floor(Date.now() / 1000);
  const times = snoozeTimes(now).map(([word, at]) => option(translate(word), formatWhen(at), () => settle(at)));
  return session.isCalling() ? [...times, option(translate("whenCallEnds"), "", () => settle("call_end"))] : times;
}

/** @param {string} label @param {string} when @param {() => void} onclick */
function option(label, when, onclick) {
  return make("button", { type: "button", class: "nc-option", role: "menuitem", tabindex: "-1", onclick }, label, " ", make("span", { class: "nc-option-when" }, when));
}

/**
 * A choice that opens a field for any time.
 * @param {HTMLElement} menu @param {(until: NC.Until) => void} settle
 */
function ownTime(menu, settle) {
  return option(translate("ownTime"), "", () => {
    const now = Math.ceil(Date.now() / 1000);
    const [from, to] = [toWallTime(now + 60), toWallTime(now + YEAR)];
    const field = make("input", { type: "datetime-local", required: true, min: from, max: to, value: toWallTime(now + 7200) });
    const form = make("form", { class: "nc-own-time" }, make("label", {}, translate("when"), field), make("button", { type: "submit", class: "nc-button nc-primary" }, translate("snoozeUntil")));
    form.noValidate = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const at = field.value ? fromWallTime(field.value) : 0;
      const isGood = at > Date.now() / 1000 && at <= Date.now() / 1000 + YEAR;
      field.setCustomValidity(isGood ? "" : translate("tooSoon"));
      if (isGood) settle(at);
      else field.reportValidity();
    });
    field.addEventListener("input", () => field.setCustomValidity(""));
    menu.setAttribute("role", "group");
    menu.replaceChildren(form);
    field.focus();
  });
}

/** @param {KeyboardEvent} event @param {HTMLElement} menu @param {() => void} close */
function onKey(event, menu, close) {
  event.stopPropagation();
  const choices = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role=menuitem]")]);
  const at = choices.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape" || (event.key === "Tab" && choices.length)) close();
  else if (step && choices.length) choices[(at + step + choices.length) % choices.length]?.focus();
  else return;
  event.preventDefault();
}

/**
 * Below the anchor, or above it where there is no room.
 * @param {HTMLElement} menu @param {HTMLElement} anchor
 */
function place(menu, anchor) {
  const { clientWidth, clientHeight } = document.documentElement;
  const { left, right, top, bottom } = anchor.getBoundingClientRect();
  const isAnchored = right > left;
  const x = isAnchored ? right - menu.offsetWidth : (clientWidth - menu.offsetWidth) / 2;
  const below = bottom + GAP;
  const y = below + menu.offsetHeight <= clientHeight - GAP ? below : Math.max(GAP, top - GAP - menu.offsetHeight);
  menu.style.left = `${Math.round(Math.max(GAP, Math.min(x, clientWidth - menu.offsetWidth - GAP)))}px`;
  menu.style.top = `${Math.round(Math.min(y, clientHeight - menu.offsetHeight - GAP))}px`;
}
