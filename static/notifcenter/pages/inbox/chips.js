// @ts-check
/** The chips of the filter, with how many each would show; what is on has a cross. */
import { SHAPES, icon, iconButton, make } from "../../shared/dom.js";
import { on } from "../../shared/events.js";
import { translate } from "../../shared/i18n.js";
import { dateChoice, nameOfDates } from "./dates.js";

/** @type {[kind: string, word: string][]} */
const KINDS = [["call", "calls"], ["error", "errors"], ["message", "messages"]];

/**
 * @typedef {import("./page-filter.js").PageFilter} PageFilter
 * @typedef {import("./counts.js").Counts} Counts
 */

/** @param {PageFilter} filter @param {Counts} counts @param {NC.PageState["widgets"]} widgets */
export function filterChips(filter, counts, widgets) {
  /** @param {number} count */
  const known = (count) => (counts.isKnown ? count : "");
  const kinds = KINDS.map(([kind, word]) => chip(word, () => filter.change({ kind: toggled(filter.value.kind, kind) }), () => kindsOf(filter).includes(kind), () => known(counts.kind[kind] ?? 0)));
  const unread = chip("unread", () => filter.change({ unread: filter.value.unread ? "" : "1" }), () => Boolean(filter.value.unread), () => known(counts.unread));
  const missed = chip("missedCalls", () => filter.change({ missed: filter.value.missed ? "" : "1" }), () => Boolean(filter.value.missed), () => known(counts.missed));
  const chips = [unread, ...kinds, missed];
  const provider = choice("provider", "everyone", filter, () => counts.provider, (code) => widgets[code]?.name ?? code);
  const category = choice("category", "anyCategory", filter, () => counts.category, (code) => categoryName(widgets, code));
  const found = make("span", { class: "nc-found", role: "status" });
  const refresh = () => [...chips, provider, category].forEach((each) => each.refresh());
  on("filtered", refresh);
  on("summarized", () => {
    refresh();
    found.textContent = Object.keys(filter.value).some((name) => name !== "state") ? translate("found", { n: counts.total }) : "";
  });
  on("listed", (list) => list === filter.list && offerToDrop(filter, widgets));
  return make("div", { class: "nc-chips", role: "group", "aria-label": translate("filters") }, ...chips.map(({ element }) => element), provider.element, category.element, dateChoice(filter), found);
}

/** @param {string} word @param {() => void} onclick @param {() => boolean} isOn @param {() => number | string} count */
function chip(word, onclick, isOn, count) {
  const number = make("span", { class: "nc-count" });
  const cross = icon(SHAPES.close);
  const element = make("button", { type: "button", class: "nc-chip", onclick }, translate(word), " ", number, cross);
  const refresh = () => {
    element.setAttribute("aria-pressed", String(isOn()));
    number.textContent = String(count());
  };
  return { element, refresh };
}

/**
 * A choice of one among those that have items.
 * @param {"provider" | "category"} name @param {string} word for any @param {PageFilter} filter @param {() => Record<string, number>} counted @param {(code: string) => string} nameOf
 */
function choice(name, word, filter, counted, nameOf) {
  const select = make("select", { class: "nc-from", "aria-label": translate(name) });
  const cross = iconButton(SHAPES.close, "", () => filter.change({ [name]: "" }), "nc-tool nc-cross");
  select.addEventListener("change", () => filter.change({ [name]: select.value }));
  const refresh = () => {
    const chosen = filter.value[name] ?? "";
    const codes = [...new Set([...Object.keys(counted()), chosen])].filter(Boolean);
    const options = codes.map((code) => make("option", { value: code, selected: code === chosen }, `${nameOf(code)} (${counted()[code] ?? 0})`));
    select.replaceChildren(make("option", { value: "" }, translate(word)), ...options);
    select.classList.toggle("nc-on", Boolean(chosen));
    element.hidden = name === "category" && !codes.length;
    cross.hidden = !chosen;
    cross.title = translate("drop", { what: chosen && nameOf(chosen) });
    cross.setAttribute("aria-label", cross.title);
  };
  const element = make("span", { class: "nc-choice-of-one" }, select, cross);
  return { element, refresh };
}

/**
 * In an empty list, each filter to take away.
 * @param {PageFilter} filter @param {NC.PageState["widgets"]} widgets
 */
function offerToDrop(filter, widgets) {
  const place = filter.list.foot.querySelector(".nc-drop");
  if (!place || place.childElementCount) return;
  const { value } = filter;
  /** @type {[what: string | undefined | false, patch: NC.Filter][]} */
  const drops = [
    [value.q && `«${value.q}»`, { q: "" }],
    [value.unread && translate("unread"), { unread: "" }],
    [value.kind && kindsOf(filter).map((kind) => translate(KINDS.find(([one]) => one === kind)?.[1] ?? kind)).join(", "), { kind: "" }],
    [value.missed && translate("missedCalls"), { missed: "" }],
    [value.provider && (widgets[value.provider]?.name ?? value.provider), { provider: "" }],
    [value.category && categoryName(widgets, value.category), { category: "" }],
    [(value.from || value.until) && nameOfDates(value), { from: "", until: "" }],
  ];
  place.append(...drops.flatMap(([what, patch]) => (what ? [make("button", { type: "button", class: "nc-button", onclick: () => filter.change(patch) }, translate("drop", { what }))] : [])));
}

/** @param {NC.PageState["widgets"]} widgets @param {string} code */
const categoryName = (widgets, code) => Object.values(widgets).flatMap(({ categories }) => categories?.[code] ?? [])[0] ?? code;

/** @param {PageFilter} filter */
const kindsOf = ({ value }) => value.kind?.split(",") ?? [];

/** @param {string | undefined} list by comma @param {string} one */
function toggled(list, one) {
  const all = list?.split(",") ?? [];
  return (all.includes(one) ? all.filter((other) => other !== one) : [...all, one]).join(",");
}
