// @ts-check
/** What comes live: each frame counts once, in order, and becomes an event of the page. */
import { emit, guard, on } from "../shared/events.js";
import { CallingStatus } from "./calling-status.js";
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
  const calling = new CallingStatus(session);
  const release = new Release(session.page.version, calling);
  const name = `notifcenter-live:${session.base.host}:${session.page.user.id}`;
  const tabs = new Tabs(name, { cursor: () => cursor, onFrame, onConnection: (now) => emit("connection", now) });

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
   * Fetch what is lacking; where that did not help, begin anew.
   * @param {NC.Head} head
   */
  function catchUp(head) {
    if (caughtUpAt === cursor) return onFrame({ ...head, type: "reset" });
    caughtUpAt = cursor;
    tabs.catchUp();
  }

  on("notification", ({ data }) => {
    for (const callback of session.callbacks.values()) guard(() => callback(structuredClone(data)));
    if (popsUp(data)) guard(() => popups((stack) => stack.showItem(data, () => tabs.mayAlert(data.id))));
  });
  on("changed", ({ items, alert, cursor }) => {
    for (const item of items.filter((one) => alert.includes(one.id) && popsUp(one))) {
      guard(() => popups((stack) => stack.renewItem(item, () => tabs.mayAlert(`${item.id}-${cursor}`))));
    }
  });
  on("popup", ({ method, params }) => popups((stack) => stack.showCall(method, params)));
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
