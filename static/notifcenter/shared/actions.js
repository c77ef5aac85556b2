// @ts-check
/** The actions of a notification: buttons that are pressed once, or links; whoever has one is named beside it. */
import { call } from "./api.js";
import { make } from "./dom.js";
import { emit } from "./events.js";
import { translate } from "./i18n.js";
import { linkTo } from "./links.js";
import { session } from "./session.js";
import { formatTime } from "./times.js";
import { showFailure } from "./undo-bar.js";

/** @typedef {NonNullable<NC.Item["actions"]>[number]} Action */

/**
 * The buttons of an item; null where it has no actions.
 * @param {NC.Item | null} item
 */
export function actionButtons(item) {
  if (!item?.actions?.length) return null;
  return make("div", { class: "nc-buttons nc-actions" }, ...item.actions.map((action) => drawn(item, action)));
}

/** @param {NC.Item} item @param {Action} action */
function drawn(item, action) {
  const style = `nc-button nc-action nc-${action.style}`;
  if (action.url) {
    const link = linkTo(action.url, true);
    return link ? make("a", { ...link, class: style, dir: "auto" }, action.title) : null;
  }
  if (action.state === "done") return make("span", { class: "nc-taken", dir: "auto", title: action.at ? formatTime(action.at) : "" }, `✓ ${action.title}: ${doer(action)}`);
  /** @type {HTMLButtonElement} */
  const button = make("button", { type: "button", class: style, dir: "auto", "data-action": action.id, onclick: () => press(item, action, button) }, action.title);
  return button;
}

/** @param {Action} action */
function doer({ by }) {
  return by && by.id === session.page?.user.id ? translate("byMe") : (by?.name ?? translate("byNobody"));
}

/** @param {NC.Item} item @param {Action} action @param {HTMLButtonElement} button */
async function press(item, action, button) {
  if (button.ariaDisabled === "true") return;
  button.ariaDisabled = "true"; // disabled, it would lose the focus
  try {
    become(item, action, await call("POST", `inbox/${item.id}/actions/${action.id}/`, {}));
    if (action.closes) emit("read", { ids: [item.id], all: false, read: true });
  } catch (/** @type {any} */ problem) {
    button.ariaDisabled = "false";
    if (problem.status === 409 && problem.by !== undefined) become(item, action, { state: "done", by: problem.by, at: problem.at });
    showFailure(problem);
  }
}

/** @param {NC.Item} item @param {Action} action @param {Pick<Action, "state" | "by" | "at">} outcome */
function become(item, action, outcome) {
  Object.assign(action, outcome);
  if (action.closes && outcome.by?.id === session.page?.user.id) item.is_read = true;
  emit("changed", { items: [item], alert: [], cursor: session.feed?.cursor() ?? 0 });
}
