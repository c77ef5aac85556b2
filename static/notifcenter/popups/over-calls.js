// @ts-check
/** Calls that somebody answered: they leave the screens of the others, who read for a moment who did. */
import { make } from "../shared/dom.js";
import { session } from "../shared/session.js";

export const CLOSES_AFTER_MS = 600;
const TOLD_MS = 2000;

/**
 * Whether a call asks this person for nothing any more; who answered keeps it until it has ended.
 * @param {NC.View} view
 */
export function isOver({ item }) {
  const call = item?.call;
  if (call?.state === "answered") return call.answered_by?.id !== session.page?.user.id;
  return call?.state === "ended";
}

/**
 * A line in the corner that stays a little longer than the popup.
 * @param {import("../shared/corner.js").Corner} corner
 */
export function answeredLine(corner) {
  const line = make("div", { class: "nc-more nc-answered", role: "status", hidden: true });
  let timer = 0;
  corner.add(line);
  /** @param {NC.View} view */
  return ({ item, title }) => {
    const { state, who, number } = item?.readable ?? {};
    if (!state || item?.call?.state !== "answered") return;
    line.textContent = `${who || number?.text || title}: ${state}`;
    line.hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => (line.hidden = true), TOLD_MS);
  };
}
