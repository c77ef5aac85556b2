// @ts-check
/** Puts the SDK together: calls that waited are performed, the page's state is fetched, the live feed begins. */
import { call } from "../shared/api.js";
import { loadStyles, make } from "../shared/dom.js";
import { emit, guard } from "../shared/events.js";
import { setLocale } from "../shared/i18n.js";
import { startFeed } from "./feed.js";

const MAX_PAUSE_MS = 30_000;

/** @param {NC.Session} session */
export async function start(session) {
  if (document.readyState === "loading") await new Promise((resolve) => addEventListener("DOMContentLoaded", resolve));
  await Promise.all([loadStyles(new URL("sdk.css", session.base)), setLocale(session.page?.user ?? { language: document.documentElement.lang, timezone: "" })]);
  const popups = lazyPopups();
  const loaded = loadPage(session);
  session.perform = (name, parameters) => guard(() => perform(name, parameters));
  for (const [name, parameters] of session.waiting.splice(0)) session.perform(name, parameters);
  await loaded;
  startFeed(/** @type {NC.Session<NC.PageState>} */ (session), popups);

  /** @param {string} name @param {any[]} parameters */
  async function perform(name, [first, second]) {
    if (name.startsWith("show_")) return popups((stack) => stack.showCall(name, first));
    if (name.startsWith("add_")) return add(name, first, second ?? {});
    await loaded;
    if (name === "setCallingStatus") emit("calling", first);
    else register(session, String(first), second);
  }
}

/**
 * The corner for popups is there from the start; their code comes with the first of them.
 * @returns {import("./feed.js").WithPopups}
 */
function lazyPopups() {
  const corner = document.getElementById("popups_inbox") ?? document.body.appendChild(make("div", { id: "popups_inbox" }));
  if (!corner.querySelector(".popup-inbox")) corner.append(make("div", { class: "popup-inbox" }));
  /** @type {Promise<import("../popups/popups.js").Popups> | undefined} */
  let loading;
  return async (use) => {
    loading ??= import("../popups/popups.js").then(({ Popups }) => new Popups(corner));
    loading.catch(() => (loading = undefined));
    await use(await loading);
  };
}

/**
 * What the page was rendered with, or the same by REST; tried until it comes, or is refused.
 * @param {NC.Session} session
 */
async function loadPage(session) {
  for (let pause = 1000; !session.page; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
    try {
      /** @type {NC.PageState} */
      const page = await call("GET", "me/");
      session.begin(page);
      await setLocale(page.user);
    } catch (/** @type {any} */ problem) {
      if ([401, 403].includes(problem.status)) throw problem;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** @param {string} name @param {unknown} params @param {Callbacks} callbacks */
async function add(name, params, callbacks) {
  try {
    const { addedFields } = await import("../shared/widget-parameters.js");
    const { id } = await call("POST", "me/notifications/", addedFields(name, params));
    guard(() => callbacks.done?.(id));
  } catch (/** @type {any} */ problem) {
    console.error(`Notifcenter: ${name} failed.`, problem);
    guard(() => callbacks.fail?.(problem));
  }
  guard(() => callbacks.always?.());
}

/** @param {NC.Session} session @param {string} code @param {unknown} callback */
function register(session, code, callback) {
  const widget = session.page && Object.hasOwn(session.page.widgets, code) && session.page.widgets[code];
  if (!widget || !widget.init_once) return console.error(`Notifcenter: no callback for "${code}": the manifest of such a widget must say init_once.`);
  if (typeof callback !== "function") return console.error(`Notifcenter: the callback of "${code}" is no function.`);
  session.callbacks.set(code, /** @type {(data: NC.Item) => void} */ (callback));
}
