// @ts-check
/** What does not pop up while its person is on the phone, and the one card that tells of it when the call has ended. */
import { on } from "../shared/events.js";

export class HeldWhileCalling {
  /** @param {() => boolean} isCalling @param {(use: (stack: import("../popups/popups.js").Popups) => unknown) => Promise<void>} popups */
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
    if (items.length) this.popups(async (stack) => stack.showCard((await import("../popups/held-card.js")).cardOf(items)));
  }
}
