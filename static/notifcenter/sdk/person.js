// @ts-check
/** Whose tab this is: when that person signs out, or somebody else signs in, it shows and changes nothing more. */
import { call } from "../shared/api.js";
import { make } from "../shared/dom.js";
import { emit, on } from "../shared/events.js";
import { translate } from "../shared/i18n.js";

const LOGOUT_PATH = "/accounts/logout/";

/** @param {NC.Session<NC.PageState>} session */
export function watchPerson(session) {
  session.onRerun = (page) => {
    if (page && page.user.id !== session.page.user.id) leave(session);
    else emit("renewable", {});
  };
  if (session.token) return;
  on("connection", (connection) => connection === "signed-out" && leave(session));
  const { id } = session.page.user;
  const channel = new BroadcastChannel(`notifcenter-person:${session.base.host}`);
  channel.onmessage = ({ data }) => data === id || leave(session);
  channel.postMessage(id);
  let csrf = csrfCookie();
  const check = async () => {
    if (csrfCookie() === csrf) return;
    csrf = csrfCookie();
    await checkPerson(session);
  };
  document.addEventListener("visibilitychange", () => document.hidden || check());
  addEventListener("pageshow", check);
  on("doubted", () => checkPerson(session));
  document.addEventListener("submit", ({ target }) => isLogout(target) && channel.postMessage(0));
  session.check = check;
}

/** @param {EventTarget | null} form */
const isLogout = (form) => form instanceof HTMLFormElement && new URL(form.action, location.href).pathname === LOGOUT_PATH;

/** A log-in changes it. */
const csrfCookie = () => document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1];

/**
 * Ask the server who is signed in.
 * @param {NC.Session<NC.PageState>} session
 */
async function checkPerson(session) {
  /** @type {NC.PageState | null} */
  const now = await call("GET", "me/").catch(({ status }) => ([401, 403].includes(status) ? null : session.page));
  if (now?.user.id !== session.page.user.id) leave(session);
}

/**
 * Stop, and say so with a way on.
 * @param {NC.Session<NC.PageState>} session
 */
function leave(session) {
  if (session.isGone) return;
  session.isGone = true;
  emit("connection", "signed-out");
  document.body.append(make("div", { class: "nc-bar nc-gone", role: "alert" }, translate("gone"), session.token ? reloadButton() : signInLink()));
}

const reloadButton = () => make("button", { type: "button", class: "nc-link", onclick: () => location.reload() }, translate("reload"));

function signInLink() {
  const href = `/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`;
  return make("a", { class: "nc-link", href }, translate("signIn"));
}
