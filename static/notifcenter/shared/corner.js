// @ts-check
/** The place of popups, there from load. It outlives a host that swaps the body or empties the container. */
import { make } from "./dom.js";

export class Corner {
  /** @param {() => void} onChange called when the host changed its document */
  constructor(onChange) {
    /** What stands above the stack. */
    this.parts = /** @type {HTMLElement[]} */ ([]);
    this.stack = make("div", { class: "popup-inbox" });
    /** @type {HTMLElement} */
    this.element = make("div", { id: "popups_inbox" });
    this.restore();
    new MutationObserver(() => {
      this.restore();
      onChange();
    }).observe(document, { childList: true, subtree: true });
  }

  /** @param {HTMLElement[]} parts */
  add(...parts) {
    this.parts.push(...parts);
    this.element.prepend(...parts);
  }

  /** Put back what the host took away. */
  restore() {
    if (!document.body) return;
    const there = document.getElementById("popups_inbox");
    if (there !== this.element || !there.isConnected) this.element = there ?? document.body.appendChild(this.element);
    if (this.stack.parentNode !== this.element) this.#placeStack();
    if (this.parts.some((part) => part.parentNode !== this.element)) this.element.prepend(...this.parts);
  }

  /** In the place of the host's own, which is empty; its children are kept. */
  #placeStack() {
    const theirs = this.element.querySelector(".popup-inbox");
    if (!theirs) return this.element.append(this.stack);
    this.stack.append(...theirs.childNodes);
    theirs.replaceWith(this.stack);
  }
}
