// @ts-check
/** Reading and deleting: shown at once, sent to the server, and taken back visibly where that failed. */
import { call } from "./api.js";
import { emit, on } from "./events.js";
import { translate } from "./i18n.js";
import { offerUndo, showFailure } from "./undo-bar.js";

/** As many as one call may name. */
const MAX_IDS = 1000;

/**
 * Deleted here, not yet on the server.
 * @type {Set<string>}
 */
export const deleting = new Set();

/** @param {NC.Item[]} items @param {boolean} read */
export async function setRead(items, read) {
  const changed = items.filter((item) => item.is_read !== read);
  if (!changed.length) return;
  const ids = idsOf(changed);
  for (const item of changed) item.is_read = read;
  emit("read", { ids, all: false, read });
  try {
    await post(read ? "inbox/read/" : "inbox/unread/", { ids });
  } catch (problem) {
    for (const item of changed) item.is_read = !read;
    emit("read", { ids, all: false, read: !read });
    showFailure(problem);
  }
}

/**
 * Everything up to a cursor; taken back by ids, where there are not too many.
 * @param {number} cursor
 */
export async function readAll(cursor) {
  try {
    const { items, isComplete } = await collect("inbox/?unread=1&limit=200");
    await post("inbox/read/", { all: true, up_to: cursor });
    emit("read", { ids: [], all: true, read: true });
    if (items.length && isComplete) offerUndo(translate("wereRead"), () => unread(idsOf(items)));
  } catch (problem) {
    showFailure(problem);
  }
}

/**
 * Out of the lists now, off the server when nobody wants them back.
 * @param {NC.Item[]} items
 */
export function remove(items) {
  const ids = idsOf(items);
  if (!ids.length) return;
  ids.forEach((id) => deleting.add(id));
  emit("removed", { ids, isLocal: true });
  offerUndo(translate("removed", { n: ids.length }), () => restore(ids), () => commit(ids));
}

/** What is read goes, the newest first. */
export async function removeRead() {
  try {
    remove((await collect("inbox/?limit=200", (item) => item.is_read && !deleting.has(item.id))).items);
  } catch (problem) {
    showFailure(problem);
  }
}

/** @param {string[]} ids */
async function commit(ids) {
  try {
    await post("inbox/delete/", { ids });
    ids.forEach((id) => deleting.delete(id));
  } catch (problem) {
    restore(ids);
    showFailure(problem);
  }
}

/** @param {string[]} ids */
function restore(ids) {
  ids.forEach((id) => deleting.delete(id));
  emit("restored", { ids });
}

/** @param {string[]} ids */
async function unread(ids) {
  try {
    await post("inbox/unread/", { ids });
    emit("read", { ids, all: false, read: false });
  } catch (problem) {
    showFailure(problem);
  }
}

/**
 * A change; its answer has the new number of unread items.
 * @param {string} path @param {object} body
 */
async function post(path, body) {
  emit("counted", (await call("POST", path, body)).unread);
}

/**
 * The newest that match, as many as one call may name.
 * @param {string} path @param {(item: NC.Item) => boolean} matches
 */
async function collect(path, matches = () => true) {
  /** @type {NC.Item[]} */
  const items = [];
  /** @type {string | null} */
  let next = path;
  while (next && items.length < MAX_IDS) {
    /** @type {NC.InboxPage} */
    const page = await call("GET", next);
    items.push(...page.results.filter(matches));
    next = page.next;
  }
  return { items: items.slice(0, MAX_IDS), isComplete: !next };
}

/** @param {NC.Item[]} items */
const idsOf = (items) => items.map((item) => item.id);

on("deleted", ({ ids, all }) => (all ? emit("reset", {}) : emit("removed", { ids })));
