// @ts-check
/** Which popups stand where in the corner, and which of them are visible. */

const MAX_VISIBLE = 5;
const RANKS = { call: 0, error: 1, message: 2 };

/** @typedef {{view: NC.View}} Ranked */

/**
 * For a sort that keeps the order of arrival: the first stands nearest to the corner.
 * @param {Ranked} one @param {Ranked} other
 */
export const byRank = (one, other) => RANKS[one.view.kind] - RANKS[other.view.kind];

/**
 * All calls, and of the rest what there is room for: errors first, of each the newest.
 * @template {Ranked} Popup
 * @param {Popup[]} popups by rank @param {boolean} isUnfolded
 */
export function visible(popups, isUnfolded) {
  if (isUnfolded) return new Set(popups);
  const calls = popups.filter(({ view }) => view.kind === "call");
  const others = popups.filter(({ view }) => view.kind !== "call").reverse().sort(byRank);
  return new Set([...calls, ...others.slice(0, Math.max(0, MAX_VISIBLE - calls.length))]);
}

/**
 * Whether it may appear while the panel is open; all else is in the panel's list.
 * @param {NC.View} view
 */
export const isForOpenPanel = ({ kind, item }) => kind === "call" || !item || item.priority === "critical";
