// @ts-check
/** The tabs of the inbox page: what it can show, and the filters that the reader saved. */
import { filterOf, queryOf } from "../../centre/filter.js";
import { call } from "../../shared/api.js";
import { SHAPES, iconButton, make } from "../../shared/dom.js";
import { on } from "../../shared/events.js";
import { translate } from "../../shared/i18n.js";
import { showFailure } from "../../shared/undo-bar.js";

/** @type {[state: string, word: string][]} */
const STATES = [["open", "open"], ["pinned", "pinned"], ["snoozed", "snoozed"], ["done", "done"], ["all", "all"]];
const NAME_LENGTH = 40;

/** @param {import("./page-filter.js").PageFilter} filter @param {NC.SavedView[]} views */
export function viewTabs(filter, views) {
  const element = make("div", { class: "nc-tabs nc-views", role: "group", "aria-label": translate("tabs") });
  const draw = () => element.replaceChildren(...states(filter), ...views.flatMap((view) => saved(view)), ...offer());
  on("filtered", draw);
  return element;

  /** @param {NC.SavedView} view */
  function saved(view) {
    const isShown = queryOf(filterOf(view.query)) === queryOf(filter.value);
    const remove = iconButton(SHAPES.close, translate("removeView", { name: view.name }), () => save(views.filter((other) => other !== view)), "nc-tool nc-cross");
    return [tab(view.name, isShown, () => filter.replace(filterOf(view.query))), ...(isShown ? [remove] : [])];
  }

  /** To save what no tab shows. */
  function offer() {
    const query = queryOf(filter.value);
    const isKnown = views.some((view) => queryOf(filterOf(view.query)) === query);
    if (isKnown || !Object.keys(filter.value).some((name) => name !== "state")) return [];
    /** @type {HTMLButtonElement} */
    const button = make("button", { type: "button", class: "nc-text-tool", onclick: () => button.replaceWith(nameForm(query)) }, translate("saveView"));
    return [button];
  }

  /** @param {string} query */
  function nameForm(query) {
    const field = make("input", { "aria-label": translate("viewName"), placeholder: translate("viewName"), maxlength: NAME_LENGTH, required: true });
    const cancel = iconButton(SHAPES.close, translate("cancel"), draw, "nc-tool nc-cross");
    const form = make("form", { class: "nc-name-view" }, field, make("button", { type: "submit", class: "nc-button" }, translate("save")), cancel);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      save([...views, { name: field.value.trim(), query }]);
    });
    form.addEventListener("keydown", (event) => event.key === "Escape" && draw());
    setTimeout(() => field.focus());
    return form;
  }

  /** @param {NC.SavedView[]} changed */
  async function save(changed) {
    try {
      views = (await call("PATCH", "preferences/", { views: changed })).views;
      draw();
    } catch (problem) {
      showFailure(problem);
    }
  }
}

/** @param {import("./page-filter.js").PageFilter} filter */
function states(filter) {
  const { state = "open", ...others } = filter.value;
  return STATES.map(([name, word]) => tab(translate(word), name === state && !Object.keys(others).length, () => filter.replace({ state: name })));
}

/** @param {string} name @param {boolean} isShown @param {() => void} onclick */
const tab = (name, isShown, onclick) => make("button", { type: "button", class: "nc-tab", "aria-pressed": String(isShown), onclick }, name);
