// @ts-check
/** How many items match the filter, and how many would with one chip more or less. */
import { queryOf } from "../../centre/filter.js";
import { call } from "../../shared/api.js";
import { emit, on } from "../../shared/events.js";

const PAUSE_MS = 300;
const CHANGED_PAUSE_MS = 1500;
/** @type {("kind" | "provider" | "category")[]} */
const FACETS = ["kind", "provider", "category"];

export class Counts {
  /** @param {{filter: NC.Filter}} list */
  constructor(list) {
    this.list = list;
    /** @type {Record<string, number>} */
    this.kind = {};
    /** @type {Record<string, number>} */
    this.provider = {};
    /** @type {Record<string, number>} */
    this.category = {};
    this.isKnown = false;
    this.total = 0;
    this.unread = 0;
    this.missed = 0;
    this.timer = 0;
    on("filtered", () => this.#soon(PAUSE_MS));
    for (const name of /** @type {const} */ (["unread", "changed", "restored", "removed"])) on(name, () => this.#soon(CHANGED_PAUSE_MS));
  }

  /** How many match now. */
  async ask() {
    return (await summary(this.list.filter)).total;
  }

  /** @param {number} pause */
  #soon(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#load().catch(() => {}), pause);
  }

  /** Of each facet without itself: what another choice in it would show. */
  async #load() {
    const filter = { ...this.list.filter };
    const facets = FACETS.filter((name) => filter[name]);
    const asked = [filter, { ...filter, unread: "1" }, { ...filter, missed: "1" }, ...facets.map((name) => ({ ...filter, [name]: "" }))];
    const [all, unread, missed, ...others] = await Promise.all(asked.map(summary));
    if (queryOf(filter) !== queryOf(this.list.filter) || !all) return;
    Object.assign(this, all.by, { isKnown: true, total: all.total, unread: unread?.total ?? 0, missed: missed?.total ?? 0 });
    facets.forEach((name, index) => (this[name] = others[index]?.by[name] ?? {}));
    emit("summarized", this);
  }
}

/** @param {NC.Filter} filter @returns {Promise<NC.Counts>} */
const summary = (filter) => call("GET", `inbox/summary/?${queryOf(filter) || "state=open"}`);
