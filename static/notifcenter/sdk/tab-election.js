// @ts-check
/** Which tab asks for attention, where each holds a socket of its own: the first to get what came. */

const WAIT_MS = 400;
const MAX_BIDS = 200;

export class TabElection {
  /** @param {string} name */
  constructor(name) {
    /**
     * The earliest bid for each id.
     * @type {Map<string, string>}
     */
    this.earliest = new Map();
    this.channel = new BroadcastChannel(`${name}:turns`);
    this.channel.onmessage = ({ data }) => this.#compare(data.id, data.bid);
  }

  /**
   * Whether no other tab got this one earlier.
   * @param {string} id
   */
  async isFirst(id) {
    const bid = `${Date.now()} ${Math.random()}`;
    this.channel.postMessage({ id, bid });
    this.#compare(id, bid);
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    return this.earliest.get(id) === bid;
  }

  /** @param {string} id @param {string} bid */
  #compare(id, bid) {
    const earliest = this.earliest.get(id);
    if (earliest && earliest < bid) return;
    this.earliest.set(id, bid);
    if (this.earliest.size > MAX_BIDS) this.earliest.delete([...this.earliest.keys()][0] ?? "");
  }
}
