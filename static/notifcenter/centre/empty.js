// @ts-check
/** What a list says that has nothing to show; where nothing ever came, also what one could do next. */
import { make } from "../shared/dom.js";
import { translate } from "../shared/i18n.js";
import { ourPage } from "../shared/links.js";

/** The next steps: their words, and the parts of the profile they lead to. */
const STEPS = { turnOnPush: "devices", sendTest: "part-test", chooseChannels: "part-providers" };

/** @param {NC.Filter} filter */
export function emptyState(filter) {
  const words = filter.unread ? "noneUnread" : filter.provider ? "noneFrom" : "none";
  const steps = words === "none" ? make("p", { class: "nc-buttons" }, ...Object.entries(STEPS).map(step)) : null;
  return make("div", { class: "nc-empty" }, make("p", {}, translate(words)), steps);
}

/** @param {[word: string, part: string]} step */
function step([word, part]) {
  return make("a", { class: "nc-button", ...ourPage(`profile/#${part}`) }, translate(word));
}
