// @ts-check
/** What does not pop up while its person is on the phone, and the one card that tells of it when the call has ended. */
import { site } from "../shared/api.js";
import { on } from "../shared/events.js";
import { translate } from "../shared/i18n.js";

export class HeldWhileCalling {
  /** @param {() => boolean} isCalling @param {import("./feed.js").WithPopups} popups */
  constructor(isCalling, popups) {
    this.isCalling = isCalling;
    this.popups = popups;
    /**
     * By id: what is renewed or read meanwhile counts once, or no more.
     * @type {Map<string, NC.Item>}
     */
    this.held = new Map();
    on("on-phone", (isOn) => isOn || this.#tell());
    on("read", ({ ids, all, read }) => read && this.#drop(all ? [...this.held.keys()] : ids));
    on("removed", ({ ids }) => this.#drop(ids));
    on("deleted", ({ ids }) => this.#drop(ids));
  }

  /**
   * Whether it waits until the call has ended.
   * @param {NC.Item} item
   */
  takes(item) {
    if (!this.isCalling() || item.body.icon.call || item.priority === "critical") return false;
    this.held.set(item.id, item);
    return true;
  }

  /** @param {string[]} ids */
  #drop(ids) {
    for (const id of ids) this.held.delete(id);
  }

  #tell() {
    const items = [...this.held.values()];
    this.held.clear();
    if (items.length) this.popups((stack) => stack.showCard(cardOf(items)));
  }
}

/** @param {NC.Item[]} items @returns {NC.View} */
function cardOf(items) {
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
