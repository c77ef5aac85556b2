// @ts-check
/** What is selected in a list: a state of the list, whatever of it is drawn or loaded. */
import { emit, on } from "../shared/events.js";
import { session } from "../shared/session.js";

export class Selection {
  /** @param {{items: NC.Item[], filter: NC.Filter}} list */
  constructor(list) {
    this.list = list;
    /** @type {Set<string>} */
    this.ids = new Set();
    /**
     * Where all that match are selected: how many, and the cursor up to which they came.
     * @type {{total: number, upTo: number} | null}
     */
    this.all = null;
    /**
     * What came in after all were selected.
     * @type {Set<string>}
     */
    this.later = new Set();
    on("notification", ({ data }) => this.all && this.later.add(data.id));
    on("removed", ({ ids }) => this.#leave(ids));
  }

  /** @param {NC.Item} item */
  has({ id }) {
    return this.all ? !this.later.has(id) : this.ids.has(id);
  }

  get count() {
    return this.all?.total ?? this.ids.size;
  }

  /** @param {NC.Item} item @param {boolean} isOn */
  set(item, isOn) {
    if (this.all && !isOn) this.#nameLoaded();
    if (isOn) this.ids.add(item.id);
    else this.ids.delete(item.id);
    emit("selected", this);
  }

  /** @param {number} total how many match the list's filter */
  selectAll(total) {
    this.clear();
    this.all = { total, upTo: session.feed?.cursor() ?? 0 };
    emit("selected", this);
  }

  clear() {
    const had = this.count;
    this.ids.clear();
    this.later.clear();
    this.all = null;
    if (had) emit("selected", this);
  }

  /** What a change is made of: the items, or all that match. */
  chosen() {
    if (this.all) return /** @type {NC.AllChosen} */ ({ all: true, filter: this.list.filter, up_to: this.all.upTo });
    return this.items();
  }

  /** Those of the selected that are loaded. */
  items() {
    return this.list.items.filter((item) => this.has(item));
  }

  /** All but some can only be named one by one: those that are loaded. */
  #nameLoaded() {
    this.ids = new Set(this.items().map((item) => item.id));
    this.all = null;
    this.later.clear();
  }

  /** @param {string[]} ids */
  #leave(ids) {
    const isSmaller = ids.filter((id) => this.ids.delete(id)).length > 0;
    if (isSmaller) emit("selected", this);
  }
}
