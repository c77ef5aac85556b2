// @ts-check
/** Whose turn it is to ask for attention, among tabs that each lead for themselves: the first to get what came. */

const HEARING = 400;
const KEPT = 200;

export class Turns {
  constructor(name) {
    /** @type {Map<string, string>} the earliest bid for each */
    this.earliest = new Map();
    this.channel = new BroadcastChannel(`${name}:turns`);
    this.channel.onmessage = ({ data }) => this.#hear(data.id, data.bid);
  }

  /** Whether no other tab got this one earlier. */
  async isFirst(/** @type {string} */ id) {
    const bid = `${Date.now()} ${Math.random()}`;
    this.channel.postMessage({ id, bid });
    this.#hear(id, bid);
    await new Promise((go) => setTimeout(go, HEARING));
    return this.earliest.get(id) === bid;
  }

  #hear(id, bid) {
    const earliest = this.earliest.get(id);
    if (earliest && earliest < bid) return;
    this.earliest.set(id, bid);
    if (this.earliest.size > KEPT) this.earliest.delete([...this.earliest.keys()][0]);
  }
}
