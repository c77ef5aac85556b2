// @ts-check
/** Puts the SDK together: calls that waited are performed, the page's state is fetched, the live feed begins. */
import { call, problem } from "../shared/api.js";
import { Corner } from "../shared/corner.js";
import { loadStyles } from "../shared/dom.js";
import { emit, guard } from "../shared/events.js";
import { setLocale, translate } from "../shared/i18n.js";
import { mountBells } from "./bell.js";

import { startFeed } from "./feed.js";
import { loadPage } from "./page-state.js";
import { watchPerson } from "./person.js";

/** @param {NC.Session} session */
export async function start(session) {
  if (document.readyState === "loading") await new Promise((resolve) => addEventListener("DOMContentLoaded", resolve));
  const styles = new URL("sdk.css", session.base);
  await Promise.all([loadStyles(styles), setLocale(session.page?.user ?? { language: document.documentElement.lang, timezone: "" })]);
  const corner = new Corner(() => {
    loadStyles(styles);
    mountBells(session);
  });
  const popups = lazyPopups(corner);
  const loaded = loadPage(session);
  session.perform = (name, parameters) => guard(() => perform(name, parameters));
  mountBells(session);
  for (const [name, parameters] of session.waiting.splice(0)) session.perform(name, parameters);
  await loaded;
  const known = /** @type {NC.Session<NC.PageState>} */ (session);
  watchPerson(known);
  startFeed(known, popups);
  document.dispatchEvent(new CustomEvent("notifcenter:ready", { bubbles: true }));

  /** @param {string} name @param {any[]} parameters */
  async function perform(name, parameters) {
    const [first, second] = parameters;
    if (/^show_|^add_alert$/.test(name)) return session.isGone || popups((stack) => stack.showCall(name, first));
    if (name.startsWith("add_")) return add(session, name, first, second);
    if (name === "update" || name === "withdraw") return change(session, name, parameters);
    await loaded;
    if (name === "setCallingStatus") emit("calling", first);
    else if (name === "askPresence") await askPresence(session, first);
    else register(session, String(first), second);
  }
}

/**
 * The corner for popups is there from the start; their code comes with the first of them.
 * @param {Corner} corner @returns {import("./feed.js").WithPopups}
 */
function lazyPopups(corner) {
  /** @type {Promise<import("../popups/popups.js").Popups> | undefined} */
  let loading;
  return async (use) => {
    loading ??= Promise.all([import("../popups/popups.js"), loadStyles(new URL("../popups/notification.css", import.meta.url))]).then(([{ Popups }]) => new Popups(corner));
    loading.catch(() => (loading = undefined));
    await use(await loading);
  };
}

/** @param {NC.Session} session @param {string} name @param {unknown} params @param {unknown} given callbacks, or what to do when done */
async function add(session, name, params, given) {
  await report(session, name, given, async () => {
    const { addedFields, sendWithoutRefused } = await import("../shared/widget-parameters.js");
    return (await sendWithoutRefused(name, addedFields(name, params), (fields) => call("POST", "me/notifications/", fields))).id;
  });
}

/** @param {NC.Session} session @param {string} name @param {any[]} parameters the key, of an update its content, callbacks */
async function change(session, name, [key, ...rest]) {
  const address = `me/notifications/by-key/${encodeURIComponent(String(key))}/`;
  await report(session, name, rest.at(name === "update" ? 1 : 0), async () => {
    if (name === "withdraw") return call("DELETE", address);
    const { sendWithoutRefused, updatedFields } = await import("../shared/widget-parameters.js");
    return (await sendWithoutRefused(name, updatedFields(rest[0]), (fields) => call("PUT", address, fields))).id;
  });
}

/**
 * Do it and say by the callbacks what came of it; a bad call throws nothing into the widget that made it.
 * @param {NC.Session} session @param {string} name @param {unknown} given callbacks, or what to do when done @param {() => Promise<string>} act
 */
async function report(session, name, given, act) {
  /** @type {Notifcenter.Callbacks} */
  const callbacks = typeof given === "function" ? { done: /** @type {any} */ (given) } : Object(given ?? {});
  try {
    if (session.isGone) throw problem(409, "Conflict", translate("gone"));
    const id = await act();
    guard(() => callbacks.done?.(id));
  } catch (/** @type {any} */ problem) {
    console.error(`Notifcenter: ${name} failed.`, problem);
    guard(() => callbacks.fail?.(problem));
  }
  guard(() => callbacks.always?.());
}

/** @param {NC.Session} session @param {string} id of anybody */
async function askPresence(session, id) {
  if (!/^\d{1,18}$/.test(id)) return;
  /** @type {Record<string, Notifcenter.UserStatus>} */
  const found = await call("GET", `presence/?ids=${id}`);
  for (const { id: known, online } of Object.values(found)) session.presence[known] = online;
}

/** @param {NC.Session} session @param {string} code @param {unknown} callback */
function register(session, code, callback) {
  const widget = session.page && Object.hasOwn(session.page.widgets, code) && session.page.widgets[code];
  if (!widget || !widget.init_once) return console.error(`Notifcenter: no callback for "${code}": the manifest of such a widget must say init_once.`);
  if (typeof callback !== "function") return console.error(`Notifcenter: the callback of "${code}" is no function.`);
  session.callbacks.set(code, /** @type {(data: NC.Item) => void} */ (callback));
}
