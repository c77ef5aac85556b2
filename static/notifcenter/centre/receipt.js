// @ts-check
/** A row unfolded: its whole text, and each channel with what became of it. */
import { call, reasonOf } from "../shared/api.js";
import { make } from "../shared/dom.js";
import { translate } from "../shared/i18n.js";
import { formatTime } from "../shared/times.js";

/**
 * Unfold a row, or fold it again.
 * @param {Element} row @param {Element} button @param {NC.Item} item
 */
export async function unfold(row, button, item) {
  const shown = row.querySelector(".nc-why");
  row.classList.toggle("nc-open", !shown);
  button.setAttribute("aria-expanded", String(!shown));
  if (shown) return shown.remove();
  const place = make("div", { class: "nc-why", role: "status" }, translate("loading"));
  row.querySelector(".nc-body")?.append(place);
  try {
    /** @type {{results: NC.DeliveryLine[]}} */
    const { results } = await call("GET", `inbox/${item.id}/deliveries/`);
    const lines = [...results.map(deliveryLine), ...pressLines(item)];
    place.replaceChildren(lines.length ? make("dl", {}, ...lines) : translate("noWhy"));
  } catch (problem) {
    place.replaceChildren(translate("undone", { why: reasonOf(problem) }));
  }
}

/**
 * Who took what.
 * @param {NC.Item} item
 */
function pressLines({ actions = [] }) {
  const done = actions.filter(({ state }) => state === "done");
  return done.map(({ title, by, at }) => make("div", {}, make("dt", {}, title), make("dd", {}, `${by?.name ?? translate("byNobody")}, ${formatTime(at ?? 0)}`)));
}

/** @param {NC.DeliveryLine} line */
function deliveryLine({ channel, label, state, reason }) {
  const outcome = translate(state === "failed" ? "missed" : state);
  return make("div", {}, make("dt", {}, label ?? channel), make("dd", {}, reason ? `${outcome}: ${reason}` : outcome));
}
