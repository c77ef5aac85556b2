// @ts-check
/** Which items a list shows: the names and texts of the query of `GET inbox/`, as the address of the page has them. */

/** @type {NC.FilterName[]} */
const NAMES = ["q", "unread", "kind", "provider", "category", "from", "until", "missed", "state"];

/**
 * As an address has it, or as an object.
 * @param {NC.SavedView["query"]} query @returns {NC.Filter}
 */
export function filterOf(query) {
  const parameters = new URLSearchParams(typeof query === "string" ? query : Object.entries(query).map(([name, value]) => [name, String(value === true ? 1 : value || "")]));
  return cleaned(Object.fromEntries(NAMES.map((name) => [name, parameters.get(name) ?? ""])));
}

/** @param {NC.Filter} filter */
export function queryOf(filter) {
  return new URLSearchParams(/** @type {Record<string, string>} */ (cleaned(filter))).toString();
}

/**
 * Without what filters nothing.
 * @param {NC.Filter} filter @returns {NC.Filter}
 */
export function cleaned(filter) {
  const set = NAMES.filter((name) => filter[name] && !(name === "state" && filter[name] === "open") && !(isFlag(name) && filter[name] === "0"));
  return Object.fromEntries(set.map((name) => [name, filter[name]]));
}

/** @param {NC.FilterName} name */
const isFlag = (name) => name === "unread" || name === "missed";

/** @param {NC.Item} item */
export const kindOf = ({ body: { icon } }) => (icon.call ? "call" : icon.error ? "error" : "message");

/**
 * Whether an item is in the list; what is searched for only the server can tell.
 * @param {NC.Filter} filter @param {NC.Item} item
 */
export function matches({ state = "open", unread, kind, provider, category, from, until, missed }, item) {
  return (
    isInState(state, item) &&
    !(unread && item.is_read) &&
    !(kind && !kind.split(",").includes(kindOf(item))) &&
    !(provider && provider !== item.provider?.code) &&
    !(category && category !== item.category) &&
    !(from && item.created_at < Number(from)) &&
    !(until && item.created_at >= Number(until)) &&
    !(missed && item.call?.state !== "missed")
  );
}

/**
 * Done and snoozed items leave a list at once, wherever that happened.
 * @param {string} state @param {NC.Item} item
 */
export function isInState(state, { done_at, snoozed_until, pinned_at }) {
  if (state === "all") return true;
  if (state === "done") return Boolean(done_at);
  if (state === "snoozed") return Boolean(snoozed_until);
  return !done_at && !snoozed_until && (state !== "pinned" || Boolean(pinned_at));
}

/**
 * A whole filter in place of another.
 * @param {NC.Filter} filter @returns {NC.Filter}
 */
export const replacing = (filter) => Object.fromEntries(NAMES.map((name) => [name, filter[name] ?? ""]));
