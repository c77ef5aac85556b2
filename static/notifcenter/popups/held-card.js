// @ts-check
/** The card that tells after a call what came meanwhile. */
import { site } from "../shared/api.js";
import { translate } from "../shared/i18n.js";

/** @param {NC.Item[]} items @returns {NC.View} */
export function cardOf(items) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { provider, body } of items) {
    const name = provider?.name || body.title;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const text = [...counts].map(([name, count]) => (count > 1 ? `${escaped(name)}: ${count}` : escaped(name))).join("<br>");
  const title = translate("whileCalling", { n: items.length });
  const click = new URL("inbox/", site()).href;
  return { id: "while-calling", kind: "message", title, rows: [{ text, class_height: "h5" }], icon: "", click, buttons: [], entity: null, timeout: 0, item: null };
}

/** @param {string} text */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
