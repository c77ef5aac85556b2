// @ts-check
/** What the live socket is told of this person: on the phone just now, and whether a page is in sight. */
import { on } from "../shared/events.js";

const REPEAT_MS = 5000;
const CHECK_MS = 1000;

export class PageStatus {
  /** @param {import("./tabs.js").Tabs} tabs @param {import("./calling-status.js").CallingStatus} calling */
  constructor(tabs, calling) {
    this.tabs = tabs;
    this.calling = calling;
    this.isCalling = false;
    this.callingSentAt = 0;
    this.isVisible = false;
    setInterval(() => this.#check(), CHECK_MS);
    document.addEventListener("visibilitychange", () => this.#check());
    on("on-phone", () => this.#check());
    on("connection", (connection) => {
      this.#forget();
      if (connection === "online") this.#check();
    });
  }

  /** A new connection has been told nothing yet. */
  #forget() {
    this.callingSentAt = 0;
    this.isCalling = false;
    this.isVisible = false;
  }

  #check() {
    const isCalling = this.calling.isOn();
    const isDue = isCalling && Date.now() - this.callingSentAt >= REPEAT_MS;
    if ((isDue || isCalling !== this.isCalling) && this.tabs.send({ type: "calling", on: isCalling })) {
      this.isCalling = isCalling;
      this.callingSentAt = Date.now();
    }
    const isVisible = this.tabs.isInSight();
    if (isVisible !== this.isVisible && this.tabs.send({ type: "visible", on: isVisible })) this.isVisible = isVisible;
  }
}
