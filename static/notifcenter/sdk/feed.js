// @ts-check
/** What comes live: each frame counts once, in order, and becomes an event of the page. */
import { emit, guard, on } from "../shared/events.js";
import { CallingStatus } from "./calling-status.js";
import { HeldWhileCalling } from "./held-while-calling.js";
import { PageStatus } from "./page-status.js";
import { Release } from "./release.js";
import { Tabs } from "./tabs.js";

/** @typedef {(use: (stack: import("../popups/popups.js").Popups) => unknown) => Promise<void>} WithPopups */

const CHANGES = ["notification", "read", "deleted", "changed", "reset"];

/** @param {NC.Session<NC.PageState>} session @param {WithPopups} popups */
export function startFeed(session, popups) {
  let { cursor, unread } = session.page;
  /** The cursor at which this page fetched once what it lacked. */
  let caughtUpAt = -1;
  /** @type {NC.Connection | ""} */
  let connection = "";
  /**
   * What is about to pop up, as it is now.
   * @type {Map<string, NC.Item>}
   */
  const arriving = new Map();
  const calling = new CallingStatus(session);
  const release = new Release(session.page.version, calling);
  const name = `notifcenter-live:${session.base.host}:${session.page.user.id}`;
  const tabs = new Tabs(name, { cursor: () => cursor, onFrame, onConnection: (now) => emit("connection", now) });

  const held = new HeldWhileCalling(() => calling.isOn(), popups);
  new PageStatus(tabs, calling);

  /**
 * As it was published, for others' code: without what only our own pages draw.
 * @param {NC.Item} item @returns {NC.Item}
 */
function published(item) {
  const { readable, ...rest } = item;
  return structuredClone(rest);
}

/** @param {NC.Frame} frame @returns {void} */
  function onFrame(frame) {
    if (session.isGone) return;
    if (isChange(frame)) {
      if (frame.type !== "reset" && frame.cursor <= cursor) return;
      cursor = frame.cursor;
    }
    if ("unread" in frame && frame.cursor >= cursor) emit("unread", (unread = frame.unread));
    if (frame.type === "head" && frame.cursor > cursor) return catchUp(frame);
    if (frame.type === "hello") Object.assign(session.presence, frame.presence);
    if (frame.type === "presence") Object.assign(session.presence, frame.users);
    if ("version" in frame) release.announce(frame.version);
    if (isChange(frame) || frame.type === "popup") emit(frame.type, frame);
  }

  /**
   * It may change before the code of popups is there.
   * @param {NC.Item} item
   */
  function show(item) {
    arriving.set(item.id, item);
    return popups((stack) => {
      const newest = arriving.get(item.id);
      arriving.delete(item.id);
      return newest && popsUp(newest) && stack.showItem(newest, () => tabs.mayAlert(newest.id));
    });
  }

  /**
   * Fetch what is lacking; where that did not help, begin anew.
   * @param {NC.Head} head
   */
  function catchUp(head) {
    if (caughtUpAt === cursor) return onFrame({ ...head, type: "reset" });
    caughtUpAt = cursor;
    tabs.catchUp();
  }

  on("notification", ({ data }) => {
    for (const callback of session.callbacks.values()) guard(() => callback(published(data)));
    if (popsUp(data) && !held.takes(data)) guard(() => show(data));
  });
  on("read", ({ ids, all, read }) => read && [...arriving.keys()].forEach((id) => (all || ids.includes(id)) && arriving.delete(id)));
  on("deleted", ({ ids }) => ids.forEach((id) => arriving.delete(id)));
  on("changed", ({ items, alert, cursor }) => {
    for (const item of items) if (arriving.has(item.id)) arriving.set(item.id, item);
    for (const item of items.filter((one) => alert.includes(one.id) && popsUp(one) && !held.takes(one))) {
      guard(() => popups((stack) => stack.renewItem(item, () => tabs.mayAlert(`${item.id}-${cursor}`))));
    }
  });
  on("popup", ({ method, params }) => calling.isOn() || popups((stack) => stack.showCall(method, params)));
  on("counted", (count) => connection === "online" || emit("unread", count));
  on("calling", (isOn) => calling.set(isOn));
  on("connection", (now) => {
    connection = now;
    if (session.isGone) tabs.stop();
  });
  session.feed = { page: session.page, unread: () => unread, cursor: () => cursor, connection: () => connection };
  dispatchEvent(new Event("notifcenter-ready"));
}

/** @param {NC.Item} item */
const popsUp = ({ silent, is_read: isRead, priority }) => !silent && !isRead && priority !== "low";

/** @param {NC.Frame} frame @returns {frame is NC.Change} */
const isChange = (frame) => CHANGES.includes(frame.type);
