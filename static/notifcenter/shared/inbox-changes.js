// @ts-check
/** Reading and deleting: shown at once, told to the server, and taken back visibly where it failed. */
import { make, on, tell } from "./dom.js";
import { call } from "./api.js";
import { say } from "./i18n.js";

const UNDO = 10_000;
const MOST = 1000;

/** @typedef {{commit: () => void, bar: HTMLElement, timer: number}} Offer */

/** @type {Offer | null} */
let offered = null;

/** Deleted here, not yet on the server. @type {Set<string>} */
export const removing = new Set();

// At pagehide a service worker no longer passes requests on, so what waits leaves with the first sign of going.
for (const sign of ["beforeunload", "pagehide"]) addEventListener(sign, () => settle());

export async function read(items, read) {
  const changed = items.filter((item) => item.is_read !== read);
  if (!changed.length) return;
  const ids = changed.map((item) => item.id);
  for (const item of changed) item.is_read = read;
  tell("read", { ids, all: false, read });
  try {
    tell("counted", (await call("POST", read ? "inbox/read/" : "inbox/unread/", { ids })).unread);
  } catch (problem) {
    for (const item of changed) item.is_read = !read;
    tell("read", { ids, all: false, read: !read });
    complain(problem);
  }
}

/** Everything up to `cursor`; taken back by name, where there is not too much of it. */
export async function readAll(cursor) {
  try {
    const { found, isWhole } = await some("inbox/?unread=1&limit=200");
    tell("counted", (await call("POST", "inbox/read/", { all: true, up_to: cursor })).unread);
    tell("read", { ids: [], all: true, read: true });
    if (found.length && isWhole) offer(say("wereRead"), () => unread(found.map((item) => item.id)));
  } catch (problem) {
    complain(problem);
  }
}

/** Out of the lists now, off the server when nobody wants them back. */
export function remove(items) {
  const ids = items.map((item) => item.id);
  if (!ids.length) return;
  ids.forEach((id) => removing.add(id));
  tell("removed", { ids, isMine: true });
  offer(say("removed", { n: ids.length }), () => bring(ids), () => commit(ids));
}

/** What is read goes, the newest first. */
export async function removeRead() {
  try {
    remove((await some("inbox/?limit=200", (item) => item.is_read && !removing.has(item.id))).found);
  } catch (problem) {
    complain(problem);
  }
}

/** A bar with a way back, for ten seconds. */
function offer(text, undo, whenOver = () => {}) {
  settle();
  const back = make("button", { type: "button", class: "nc-link", onclick: () => close(undo) }, say("undo"));
  const bar = make("div", { class: "nc-bar", role: "status" }, text, back);
  offered = { bar, commit: () => close(whenOver), timer: setTimeout(settle, UNDO) };
  document.body.append(bar);
}

function close(then) {
  clearTimeout(offered?.timer);
  offered?.bar.remove();
  offered = null;
  then();
}

/** What waits for its undo is done now. */
export function settle() {
  offered?.commit();
}

export function complain(problem) {
  settle();
  const bar = make("div", { class: "nc-bar nc-bad", role: "alert" }, say("undone", { why: problem.detail ?? String(problem) }));
  document.body.append(bar);
  setTimeout(() => bar.remove(), 6000);
}

async function commit(ids) {
  const over = () => ids.forEach((id) => removing.delete(id));
  try {
    tell("counted", (await call("POST", "inbox/delete/", { ids })).unread);
    over();
  } catch (problem) {
    over();
    tell("restored", { ids });
    complain(problem);
  }
}

function bring(ids) {
  ids.forEach((id) => removing.delete(id));
  tell("restored", { ids });
}

async function unread(ids) {
  try {
    tell("counted", (await call("POST", "inbox/unread/", { ids })).unread);
    tell("read", { ids, all: false, read: false });
  } catch (problem) {
    complain(problem);
  }
}

/** The newest that fit, as many as one call may name. */
async function some(address, fits = (_item) => true) {
  /** @type {any[]} */
  const found = [];
  let next = address;
  while (next && found.length < MOST) {
    const page = await call("GET", next);
    found.push(...page.results.filter(fits));
    next = page.next;
  }
  return { found: found.slice(0, MOST), isWhole: !next };
}

on("deleted", ({ ids }) => tell("removed", { ids }));
