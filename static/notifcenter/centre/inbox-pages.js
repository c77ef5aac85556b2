// @ts-check
/** Fetching of the centre: page after page under a filter; what answers late, after the list began anew, is dropped. */
import { call } from "../shared/api.js";
import { queryOf } from "./filter.js";

export const PAGE_ITEMS = 50;
const LARGE_PAGE_ITEMS = 200;

/**
 * What the list does with what comes.
 * @typedef {{append: (page: NC.InboxPage) => void, replace: (page: NC.InboxPage) => void, fail: (error: unknown) => void,
 *   length: () => number, needsMore: () => boolean}} Receiver
 */

export class InboxPages {
  /** @param {Receiver} receiver */
  constructor(receiver) {
    this.receiver = receiver;
    /** @type {NC.Filter} */
    this.filter = {};
    /** @type {string | null} */
    this.next = null;
    /** Rises each time the list begins anew. */
    this.generation = 0;
    this.isLoading = false;
    /** Whether a reload waits for what is loading. */
    this.isStale = false;
    /** @type {string | null} */
    this.failed = null;
  }

  /** What is still loading belongs to a list that is gone. */
  forget() {
    this.generation += 1;
    this.next = null;
  }

  first() {
    return this.#load(this.#address(PAGE_ITEMS));
  }

  /** Fetch on, where the end of the list is near. */
  more() {
    if (this.next && !this.isLoading && this.receiver.needsMore()) this.#load(this.next.replace(/limit=\d+/, `limit=${LARGE_PAGE_ITEMS}`));
  }

  /** Fetch anew what is shown. */
  async reload() {
    if (this.isLoading) return void (this.isStale = true);
    this.isStale = false;
    const generation = ++this.generation;
    const limit = Math.min(LARGE_PAGE_ITEMS, Math.max(PAGE_ITEMS, this.receiver.length()));
    /** @type {NC.InboxPage | null} */
    const page = await call("GET", this.#address(limit)).catch(() => null);
    if (page && generation === this.generation) this.receiver.replace(page);
  }

  /** Fetch what failed, or else the beginning. */
  retry() {
    const address = this.failed ?? this.#address(PAGE_ITEMS);
    this.failed = null;
    return this.#load(address);
  }

  /** @param {number} limit */
  #address(limit) {
    const query = new URLSearchParams(queryOf(this.filter));
    query.set("limit", String(limit));
    query.set("readable", "1");
    return `inbox/?${query}`;
  }

  /** @param {string} address @returns {Promise<void>} */
  async #load(address) {
    if (this.isLoading) return;
    const { generation } = this;
    const isCurrent = () => generation === this.generation;
    this.isLoading = true;
    try {
      const page = await call("GET", address);
      if (isCurrent()) this.receiver.append(page);
    } catch (error) {
      if (isCurrent()) this.#fail(address, error);
    } finally {
      this.isLoading = false;
    }
    if (!isCurrent()) this.first();
    else if (this.isStale) this.reload();
    else this.more();
  }

  /** @param {string} address @param {unknown} error */
  #fail(address, error) {
    this.failed = address;
    this.receiver.fail(error);
  }
}
