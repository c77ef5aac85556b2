// @ts-check
/** The filter of the inbox page, which its address keeps: a link or a bookmark leads back. */
import { filterOf, queryOf, replacing } from "../../centre/filter.js";
import { emit } from "../../shared/events.js";

export class PageFilter {
  /** @param {import("../../centre/inbox-list.js").InboxList} list */
  constructor(list) {
    this.list = list;
    addEventListener("popstate", () => this.#show(replacing(filterOf(location.search))));
  }

  get value() {
    return this.list.filter;
  }

  /**
   * Another filter; an empty text takes one away.
   * @param {NC.Filter} patch @param {{isTyping?: boolean}} options while one types, the address has one step of history
   */
  change(patch, { isTyping = false } = {}) {
    this.#show(patch);
    const query = queryOf(this.value);
    const address = location.pathname + (query && `?${query}`);
    if (isTyping) history.replaceState(null, "", address);
    else history.pushState(null, "", address);
  }

  /**
   * A whole filter, as a tab has it.
   * @param {NC.Filter} filter
   */
  replace(filter) {
    this.change(replacing(filter));
  }

  /** Say to the parts of the page that it is another. */
  changed() {
    emit("filtered", this.value);
  }

  /** @param {NC.Filter} patch */
  #show(patch) {
    this.list.show(patch);
    this.changed();
  }
}
