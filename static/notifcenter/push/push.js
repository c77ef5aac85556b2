// @ts-check
/** Push on every page of who is signed in: the worker, this browser's subscription, and notices that were read elsewhere. */
import { targetOf } from "../shared/dom.js";
import { on } from "../shared/events.js";
import { person, readMemory, register } from "./registration.js";

const SIGN_OUT_WAIT_MS = 2000;
const loadSubscription = () => import("./subscription.js");

if ("serviceWorker" in navigator) {
  start().catch((error) => console.warn("Push:", error));
}

async function start() {
  document.addEventListener("submit", leaveOnSignOut);
  closeReadNotices(await register());
  if (readMemory()) await (await loadSubscription()).refresh(person());
}

/**
 * Notices of what was read or removed, here or in another browser, go away; so does the popup of a notice that was closed.
 * @param {ServiceWorkerRegistration} registration
 */
function closeReadNotices(registration) {
  const tidy = () => registration.active?.postMessage("tidy");
  on("read", ({ read, all, ids }) => read && close(registration, all ? null : ids));
  on("deleted", ({ ids, all }) => close(registration, all ? null : ids));
  on("reset", tidy);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && tidy());
  tidy();
  const channel = new BroadcastChannel("notifcenter-read");
  channel.addEventListener("message", ({ data }) => popups(data.ids).forEach((popup) => popup.remove()));
  const closeWithPopup = (/** @type {MouseEvent} */ event) => {
    const popup = targetOf(event).closest?.("#popups_inbox button:first-of-type")?.closest("[data-id]");
    if (popup) close(registration, [popup.getAttribute("data-id") ?? ""]);
  };
  document.addEventListener("click", closeWithPopup, { capture: true }); // afterwards the popup is no longer there
}

/** @param {ServiceWorkerRegistration} registration @param {string[] | null} ids null: all */
async function close(registration, ids) {
  for (const notice of await registration.getNotifications()) {
    if (!ids || ids.includes(notice.tag)) notice.close();
  }
}

/** @param {string[]} ids */
function popups(ids) {
  return [...document.querySelectorAll("#popups_inbox [data-id]")].filter((popup) => ids.includes(popup.getAttribute("data-id") ?? ""));
}

/**
 * Who signs out here gets no more push here.
 * @param {SubmitEvent} event
 */
function leaveOnSignOut(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (new URL(form.action, location.href).pathname !== "/accounts/logout/" || !readMemory()) return;
  event.preventDefault();
  const late = new Promise((resolve) => setTimeout(resolve, SIGN_OUT_WAIT_MS));
  const left = loadSubscription().then(({ disable }) => disable());
  Promise.race([left.catch(() => {}), late]).then(() => form.submit());
}
