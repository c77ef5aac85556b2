// @ts-check
/** What a list says that has nothing to show; where nothing ever came, also what one could do next. */
import { make } from "../shared/dom.js";
import { translate } from "../shared/i18n.js";
import { ourPage } from "../shared/links.js";

/** The next steps: their words, and the parts of the profile they lead to. */
const STEPS = { turnOnPush: "devices", sendTest: "part-test", chooseChannels: "part-providers" };

/** What it says by the state that it shows. */
const NOTHING = { done: "noneDone", snoozed: "noneSnoozed", pinned: "nonePinned" };

/** @param {NC.Filter} filter @param {boolean} canDrop whether the page offers to take filters away */
export function emptyState({ state, unread, ...others }, canDrop) {
  if (canDrop && Object.keys(others).length) return make("div", { class: "nc-empty" }, translate("noneFound"), make("div", { class: "nc-drop" }));
  const words = unread ? "noneUnread" : others.provider ? "noneFrom" : (NOTHING[/** @type {keyof typeof NOTHING} */ (state)] ?? "none");
  const steps = words === "none" ? make("p", { class: "nc-buttons" }, ...Object.entries(STEPS).map(step)) : null;
  return make("div", { class: "nc-empty" }, make("p", {}, translate(words)), steps);
}

/** @param {[word: string, part: string]} step */
function step([word, part]) {
  return make("a", { class: "nc-button", ...ourPage(`profile/#${part}`) }, translate(word));
}
