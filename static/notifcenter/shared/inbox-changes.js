// @ts-check
/** Every change of the inbox: shown at once, sent to the server, taken back visibly where that failed, with an undo. */
import { call } from "./api.js";
import { emit, on } from "./events.js";
import { showFailure } from "./undo-bar.js";
import { session } from "./session.js";

/** As many as one call may name. */
const MAX_IDS = 1000;

/**
 * What each call makes of an item, as the page shows it until the server says so; a deleted one is null.
 * @type {Record<NC.Verb, (item: NC.Item, until?: NC.Until) => NC.Item | null>}
 */
const EFFECTS = {
  read: (item) => ({ ...item, is_read: true }),
  unread: (item) => ({ ...item, is_read: false }),
  done: ({ pinned_at, snoozed_until, ...item }) => ({ ...item, is_read: true, done_at: now() }),
  undone: ({ done_at, ...item }) => item,
  pin: (item) => ({ ...item, pinned_at: now() }),
  unpin: ({ pinned_at, ...item }) => item,
  snooze: (item, until) => ({ ...item, snoozed_until: until }),
  unsnooze: ({ snoozed_until, ...item }) => item,
  delete: () => null,
};

/**
 * Change named items; null where that failed.
 * @param {NC.Verb} verb @param {NC.Item[]} items @param {NC.Until} [until] of a snooze
 * @returns {Promise<NC.Outcome | null>}
 */
export async function change(verb, items, until) {
  const before = items.map((item) => ({ ...item }));
  const restore = () => show(verb, items, before);
  show(verb, items, items.map((item) => EFFECTS[verb](item, until)));
  try {
    return await post(verb, { ids: items.map((item) => item.id), ...(until && { until }) }, restore);
  } catch (problem) {
    restore();
    showFailure(problem);
    return null;
  }
}

/**
 * Change all that match a filter, drawn or not; null where that failed.
 * @param {NC.Verb} verb @param {NC.AllChosen} chosen @param {NC.Until} [until] of a snooze
 * @returns {Promise<NC.Outcome | null>}
 */
export async function changeAll(verb, chosen, until) {
  const reload = () => emit("restored", {});
  try {
    const outcome = await post(verb, { ...chosen, ...(until && { until }) }, reload);
    reload();
    return outcome;
  } catch (problem) {
    showFailure(problem);
    return null;
  }
}

/** @param {NC.Item[]} items @param {boolean} read */
export async function setRead(items, read) {
  const changed = items.filter((item) => item.is_read !== read);
  return changed.length ? change(read ? "read" : "unread", changed) : null;
}

/**
 * What is read, the newest first, as many as one call may name.
 * @returns {Promise<NC.Item[]>}
 */
export async function readItems() {
  /** @type {NC.Item[]} */
  const items = [];
  /** @type {string | null} */
  let next = "inbox/?limit=200";
  while (next && items.length < MAX_IDS) {
    /** @type {NC.InboxPage} */
    const page = await call("GET", next);
    items.push(...page.results.filter((item) => item.is_read));
    next = page.next;
  }
  return items.slice(0, MAX_IDS);
}

/**
 * @param {NC.Verb} verb @param {object} body @param {() => void} restore shows that it was undone
 * @returns {Promise<NC.Outcome>}
 */
async function post(verb, body, restore) {
  const { unread, changed, undo } = await call("POST", `inbox/${verb}/`, body);
  emit("counted", unread);
  return { changed, undo: undo ? () => takeBack(undo, restore) : null };
}

/** @param {string} token @param {() => void} restore */
async function takeBack(token, restore) {
  try {
    emit("counted", (await call("POST", "inbox/undo/", { undo: token })).unread);
    restore();
  } catch (problem) {
    showFailure(problem);
  }
}

/**
 * In every list and popup of this page.
 * @param {NC.Verb} verb @param {NC.Item[]} items @param {(NC.Item | null)[]} shapes what each becomes
 */
function show(verb, items, shapes) {
  const ids = items.map((item) => item.id);
  const [first] = shapes;
  if (!first) return emit("removed", { ids });
  if (verb !== "read" && verb !== "unread") return emit("changed", { items: shapes.flatMap((shape) => shape ?? []), alert: [], cursor: session.feed?.cursor() ?? 0 });
  for (const item of items) item.is_read = first.is_read;
  emit("read", { ids, all: false, read: first.is_read });
}

const now = () => Math.floor(Date.now() / 1000);

on("deleted", ({ ids, all }) => (all ? emit("reset", {}) : emit("removed", { ids })));
