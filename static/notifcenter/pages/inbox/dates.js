// @ts-check
/** The choice of days, in the reader's zone. */
import { make } from "../../shared/dom.js";
import { on } from "../../shared/events.js";
import { translate } from "../../shared/i18n.js";
import { formatTime, fromWallTime, toWallTime } from "../../shared/times.js";

const NOON = 43_200;
const DAY = 86_400;
/**
 * Words, and the days back at which each begins and ends; without an end, up to now.
 * @type {[word: string, from: number, until?: number][]}
 */
const SPANS = [["today", 0], ["yesterday", 1, 0], ["lastWeek", 6], ["lastMonth", 29]];
const OWN = "own";

/** @param {import("./page-filter.js").PageFilter} filter */
export function dateChoice(filter) {
  const select = make("select", { class: "nc-from", "aria-label": translate("date") });
  const form = ownDates((patch) => filter.change(patch));
  const element = make("span", { class: "nc-dates" }, select, form);
  select.addEventListener("change", () => {
    form.hidden = select.value !== OWN;
    if (select.value !== OWN) return filter.change(spanOf(select.value));
    form.querySelector("input")?.focus();
  });
  on("filtered", ({ from = "", until = "" }) => {
    const known = SPANS.find(([word]) => spanOf(word).from === from && spanOf(word).until === until);
    const words = known || !(from || until) ? [] : [make("option", { value: "shown", selected: true }, nameOfDates({ from, until }))];
    const options = SPANS.map(([word]) => make("option", { value: word, selected: word === known?.[0] }, translate(word)));
    select.replaceChildren(make("option", { value: "" }, translate("anyDate")), ...options, ...words, make("option", { value: OWN }, translate("ownDates")));
    select.classList.toggle("nc-on", Boolean(from || until));
    form.hidden = true;
  });
  return element;
}

/**
 * What the chosen days are called.
 * @param {NC.Filter} filter
 */
export function nameOfDates({ from, until }) {
  const known = SPANS.find(([word]) => spanOf(word).from === (from ?? "") && spanOf(word).until === (until ?? ""));
  if (known) return translate(known[0]);
  const shape = /** @type {const} */ ({ day: "numeric", month: "short" });
  return [from && formatTime(Number(from), shape), until && formatTime(Number(until) - 1, shape)].map((day) => day || "…").join(" – ");
}

/** @param {string} word @returns {NC.Filter} */
function spanOf(word) {
  const [, from, until] = SPANS.find(([name]) => name === word) ?? [];
  return { from: from === undefined ? "" : String(daysBack(from)), until: until === undefined ? "" : String(daysBack(until)) };
}

/**
 * When a day began, in Unix seconds.
 * @param {number} days back from today
 */
function daysBack(days) {
  const today = fromWallTime(`${toWallTime(Math.floor(Date.now() / 1000)).slice(0, 10)}T12:00`);
  return beginOf(toWallTime(today - days * DAY).slice(0, 10));
}

/** @param {string} day as `2026-11-27` */
const beginOf = (day) => fromWallTime(`${day}T00:00`);

/** @param {(patch: NC.Filter) => void} choose */
function ownDates(choose) {
  const [from, until] = ["fromDay", "untilDay"].map((word) => make("input", { type: "date", "aria-label": translate(word) }));
  const form = make("form", { class: "nc-own-dates", hidden: true }, from, "–", until, make("button", { type: "submit", class: "nc-button" }, translate("show")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const end = until?.value ? toWallTime(beginOf(until.value) + DAY + NOON).slice(0, 10) : "";
    choose({ from: from?.value ? String(beginOf(from.value)) : "", until: end && String(beginOf(end)) });
  });
  return form;
}
