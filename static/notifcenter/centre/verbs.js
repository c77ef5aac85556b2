// @ts-check
/** What a person does in the centre, by mouse, key or finger: said in words, with an undo. */
import { translate } from "../shared/i18n.js";
import { change, changeAll, readItems } from "../shared/inbox-changes.js";
import { formatWhen } from "../shared/times.js";
import { offerUndo, showFailure } from "../shared/undo-bar.js";

/** How long the server takes something back. */
const UNDO_MS = 60_000;

/**
 * The last change, which may still be on its way.
 * @type {{outcome: Promise<NC.Outcome | null>, at: number} | null}
 */
let last = null;

/**
 * @param {NC.Verb} verb @param {NC.Item[] | NC.AllChosen} chosen @param {NC.Until} [until] of a snooze
 * @returns {Promise<boolean>} whether the server did
 */
export async function perform(verb, chosen, until) {
  if (Array.isArray(chosen) && !chosen.length) return false;
  const outcome = Array.isArray(chosen) ? change(verb, chosen, until) : changeAll(verb, chosen, until);
  last = { outcome, at: Date.now() };
  const done = await outcome;
  if (done) offerUndo(done.changed ? words(verb, done.changed, until) : translate("nothingChanged"), done.changed ? undoLast : null);
  return done !== null;
}

/** Take back the last change of this page, once. */
export async function undoLast() {
  const taken = last;
  last = null;
  if (taken && Date.now() - taken.at < UNDO_MS) await (await taken.outcome)?.undo?.();
}

/**
 * Read, up to a cursor.
 * @param {number} cursor
 */
export const readAll = (cursor) => perform("read", { all: true, filter: {}, up_to: cursor });

/** What is read goes. */
export async function removeRead() {
  try {
    await perform("delete", await readItems());
  } catch (problem) {
    showFailure(problem);
  }
}

/**
 * The verb that an item's button has: what was done can be taken back.
 * @param {"read" | "done" | "pin" | "snooze"} verb @param {NC.Item} item @returns {NC.Verb}
 */
export function verbFor(verb, item) {
  if (verb === "read") return item.is_read ? "unread" : "read";
  if (verb === "done") return item.done_at ? "undone" : "done";
  if (verb === "pin") return item.pinned_at ? "unpin" : "pin";
  return item.snoozed_until ? "unsnooze" : "snooze";
}

/** @param {NC.Until} until */
export const whenBack = (until) => (until === "call_end" ? translate("afterCall") : formatWhen(until));

/** @param {NC.Verb} verb @param {number} n @param {NC.Until} [until] */
function words(verb, n, until) {
  if (until) return translate(n > 1 ? "wasSnoozedMany" : "wasSnoozed", { n, when: whenBack(until) });
  const past = { read: "wasRead", unread: "wasUnread", done: "wasDone", undone: "wasUndone", pin: "wasPinned", unpin: "wasUnpinned", snooze: "wasSnoozed", unsnooze: "wasUnsnoozed", delete: "wasDeleted" };
  return translate(past[verb], { n });
}
