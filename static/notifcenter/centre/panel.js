// @ts-check
/** The panel behind the bell. */
import * as acts from "../shared/inbox-changes.js";
import { Controls } from "./filters.js";
import { InboxList } from "./inbox-list.js";
import { icon, iconButton, make, styled } from "../shared/dom.js";
import { site } from "../shared/api.js";
import { say } from "../shared/i18n.js";

export class Centre {
  constructor(desk, bell) {
    this.desk = desk;
    this.bell = bell;
    this.scroller = make("div", { class: "nc-scroll" });
    this.panel = make("section", { class: "nc-panel", role: "dialog", "aria-label": say("notifications"), tabindex: "-1", hidden: true });
    this.list = new InboxList(this.scroller, { scroller: this.scroller });
    this.controls = new Controls(this.list, desk);
    this.list.stands(desk.stands());
    this.keysHelp = make("p", { class: "nc-keys", hidden: true }, say("keys"));
    this.panel.append(this.#head(), this.controls.element, this.keysHelp, this.scroller, this.#whole());
    document.body.append(this.panel);
    this.panel.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("pointerdown", (event) => this.#pressed(event));
  }

  async toggle() {
    await styled(new URL("centre.css", import.meta.url));
    if (this.panel.hidden) this.open();
    else this.close();
  }

  open() {
    this.panel.hidden = false;
    this.bell.setAttribute("aria-expanded", "true");
    const { bottom, right } = this.bell.getBoundingClientRect();
    this.panel.style.top = `${Math.round(bottom + 8)}px`;
    this.panel.style.right = `${Math.max(8, Math.round(document.documentElement.clientWidth - right))}px`;
    this.panel.focus({ preventScroll: true });
    if (!this.list.chunks.length) this.list.show();
    else this.list.insertFresh();
  }

  close() {
    const hadFocus = this.panel.contains(document.activeElement);
    this.panel.hidden = true;
    this.bell.setAttribute("aria-expanded", "false");
    if (hadFocus) this.bell.focus();
  }

  #head() {
    const settings = make("a", { class: "nc-tool", href: new URL("profile/", site()).href, "aria-label": say("settings"), title: say("settings") }, icon("gear"));
    const readAll = iconButton("check", say("readAll"), () => acts.readAll(this.desk.cursor()), "nc-tool nc-read-all");
    const removeRead = iconButton("trash", say("removeRead"), acts.removeRead, "nc-tool nc-remove-read");
    return make("div", { class: "nc-head" }, make("h2", {}, say("notifications")), readAll, removeRead, settings, iconButton("close", say("close"), () => this.close()));
  }

  #whole() {
    return make("a", { class: "nc-whole", href: new URL("inbox/", site()).href }, say("whole"));
  }

  #key(event) {
    if (event.key === "Escape") return this.close();
    if (event.key === "?") return (this.keysHelp.hidden = !this.keysHelp.hidden);
    this.list.keys.press(event);
  }

  #pressed(event) {
    const target = /** @type {Element} */ (event.target);
    const isOutside = ![this.panel, this.bell].some((part) => part.contains(target));
    if (!this.panel.hidden && isOutside && !target.closest("#popups_inbox, .nc-bar")) this.close();
  }
}
