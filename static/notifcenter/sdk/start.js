// @ts-check
/** Puts the SDK together: calls that waited are performed, the socket is opened, what it tells is passed on. */
import { hang } from "./bell.js";
import { Tabs } from "./tabs.js";
import { attempt, make, on, styled, tell } from "../shared/dom.js";
import { Release } from "./release.js";
import { call, callAs } from "../shared/api.js";
import { speakTo } from "../shared/i18n.js";

const CHANGES = ["notification", "read", "deleted", "reset"];

/** Begin with what the SDK's entry knows. */
export async function start(state) {
  callAs(state);
  if (document.readyState === "loading") await new Promise((go) => addEventListener("DOMContentLoaded", go));
  await Promise.all([styled(new URL("sdk.css", state.base)), speakTo(state.page?.user ?? { language: document.documentElement.lang, timezone: "" })]);
  const [popups, page] = [stack(), beginning(state)];
  state.perform = (name, args) => attempt(() => perform(name, args));
  for (const [name, args] of state.waiting.splice(0)) state.perform(name, args);
  await page;
  connect(state, popups);

  async function perform(name, [first, second]) {
    if (name.startsWith("show_")) return popups((module, stack) => stack.show(module.ofCall(name, first)));
    if (name.startsWith("add_")) return add(name, first, second ?? {});
    await page;
    if (name === "setCallingStatus") tell("calling", first);
    else register(state, String(first), second);
  }
}

/** The corner for popups is there from the start; their code comes with the first of them. */
function stack() {
  const corner = document.getElementById("popups_inbox") ?? document.body.appendChild(make("div", { id: "popups_inbox" }));
  if (!corner.querySelector(".popup-inbox")) corner.append(make("div", { class: "popup-inbox" }));
  /** @type {Promise<[any, any]> | undefined} */
  let loaded;
  return async (then) => {
    loaded ??= import("../popups/popups.js").then((module) => [module, new module.Popups(corner)]);
    loaded.catch(() => (loaded = undefined));
    await then(...(await loaded));
  };
}

/** What the page was rendered with, or the same by REST; asked for until it comes, or is refused. */
async function beginning(state) {
  for (let pause = 1000; !state.page; pause = Math.min(pause * 2, 30_000)) {
    try {
      state.begin(await call("GET", "me/"));
      await speakTo(state.page.user);
    } catch (/** @type {any} */ problem) {
      if ([401, 403].includes(problem.status)) throw problem;
      await new Promise((go) => setTimeout(go, pause));
    }
  }
}

async function add(name, params, callbacks) {
  try {
    const { addedFields } = await import("../shared/widget-parameters.js");
    const { id } = await call("POST", "me/notifications/", addedFields(name, params));
    attempt(() => callbacks.done?.(id));
  } catch (problem) {
    console.error(`Notifcenter: ${name} failed.`, problem);
    attempt(() => callbacks.fail?.(problem));
  }
  attempt(() => callbacks.always?.());
}

function register(state, code, callback) {
  const widget = Object.hasOwn(state.page.widgets, code) && state.page.widgets[code];
  if (!widget?.init_once) return console.error(`Notifcenter: no callback for "${code}": the manifest of such a widget must say init_once.`);
  if (typeof callback !== "function") return console.error(`Notifcenter: the callback of "${code}" is no function.`);
  state.callbacks.set(code, callback);
}

function connect(state, popups) {
  const release = new Release(state);
  let { cursor, unread } = state.page;
  let lagged = -1;
  let stands = "";
  const tabs = new Tabs(state, () => cursor, hear, (now) => tell("state", (stands = now)));

  /** @returns {void} */
  function hear(frame) {
    const isChange = CHANGES.includes(frame.type);
    if (isChange && frame.type !== "reset" && frame.cursor <= cursor) return;
    if (isChange) cursor = frame.cursor;
    if (frame.unread !== undefined && frame.cursor >= cursor) tell("unread", (unread = frame.unread));
    if (frame.type === "head" && frame.cursor > cursor) return lag(frame);
    Object.assign(state.presence, frame.presence ?? frame.users);
    if (frame.version) release.heard(frame.version);
    if (isChange || frame.type === "popup") tell(frame.type, frame);
  }

  /** @returns {void} */
  function lag(frame) {
    if (lagged === cursor) return hear({ ...frame, type: "reset" });
    lagged = cursor;
    tabs.catchUp();
  }

  on("notification", ({ data }) => {
    for (const callback of state.callbacks.values()) attempt(() => callback(structuredClone(data)));
    if (!data.silent && !data.is_read) attempt(() => popups((module, stack) => stack.show(module.ofItem(data), () => tabs.speaks(data.id))));
  });
  on("popup", ({ method, params }) => popups((module, stack) => stack.show(module.ofCall(method, params))));
  on("counted", (count) => stands === "online" || tell("unread", count));
  on("calling", (isOn) => release.setCalling(isOn));
  hang({ page: state.page, unread: () => unread, cursor: () => cursor, stands: () => stands });
}
