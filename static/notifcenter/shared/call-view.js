// @ts-check
/** What only calls show: the number, large, to dial and to copy; what became of the call; the recording, played in place. */
import { make } from "./dom.js";
import { translate } from "./i18n.js";
import { linkTo } from "./links.js";

/**
 * The number as people write it, with a button that copies it.
 * @param {NC.View} view
 */
export function phone({ item }) {
  const number = item?.readable?.number;
  const link = number && linkTo(number.link, true);
  if (!link) return null;
  const words = make("span", {}, translate("copyNumber"));
  const copy = make("button", { type: "button", class: "nc-link nc-copy", onclick: () => copyNumber(words, number.text) }, words);
  return make("div", { class: "nc-phone" }, make("a", { ...link, class: "nc-number", dir: "ltr" }, number.text), copy);
}

/**
 * What became of it, in words; a missed one is told apart at a glance.
 * @param {NC.View} view
 */
export function callState({ item }) {
  const words = item?.readable?.state;
  return words ? make("div", { class: "nc-call-state", role: "status" }, words) : null;
}

/**
 * A button that plays the recording in place; where it cannot be played there, a link to it.
 * @param {NC.View} view
 */
export function recording({ item }) {
  const address = item?.readable?.recording;
  const link = address && linkTo(address, true);
  if (!link) return null;
  const button = make("button", { type: "button", class: "nc-button nc-listen", onclick: () => play() }, translate("listen"));
  const place = make("div", { class: "nc-recording" }, button);
  return place;

  function play() {
    const player = make("audio", { src: link ? link.href : "", controls: true, preload: "none", "aria-label": translate("recording") });
    player.addEventListener("error", () => player.replaceWith(make("a", { ...link, class: "nc-button" }, translate("recording"))), { once: true });
    button.hidden = true;
    place.append(player);
    player.focus();
    player.play().catch(() => {});
  }
}

/**
 * The class by which the state of a call is styled.
 * @param {NC.View} view
 */
export const callClass = ({ item }) => (item?.call ? `nc-${item.call.state}` : "");

/** @param {HTMLElement} words of the button @param {string} text */
async function copyNumber(words, text) {
  await navigator.clipboard.writeText(text);
  words.textContent = translate("copied");
  words.classList.add("nc-copied");
  setTimeout(() => {
    words.textContent = translate("copyNumber");
    words.classList.remove("nc-copied");
  }, 2000);
}
