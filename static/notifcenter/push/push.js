// Push on every page of who is signed in: the worker, this browser's subscription, and notices that were read elsewhere.
import { on } from "../shared/events.js";
import { remembered, worker } from "./registration.js";

const user = document.getElementById("push-script")?.dataset.user ?? "";
const SIGN_OUT_WAIT = 2000;
const subscription = () => import("./subscription.js");

if ("serviceWorker" in navigator) {
  start().catch((error) => console.warn("Push:", error));
}

async function start() {
  document.addEventListener("submit", leaveOnSignOut);
  closeWhatWasRead(await worker());
  if (remembered()) await (await subscription()).refresh(user);
}

// Notices of what was read or removed, here or in another browser, go away; so does the popup of a notice that was closed.
function closeWhatWasRead(registration) {
  const tidy = () => registration.active?.postMessage("tidy");
  on("read", ({ read, all, ids }) => read && close(registration, all ? null : ids));
  on("deleted", ({ ids }) => close(registration, ids));
  on("reset", tidy);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && tidy());
  tidy();
  const channel = new BroadcastChannel("notifcenter-read");
  channel.addEventListener("message", ({ data }) => popups(data.ids).forEach((popup) => popup.remove()));
  const closing = ({ target }) => {
    const popup = target.closest?.("#popups_inbox button:first-of-type")?.closest("[data-id]");
    if (popup) close(registration, [popup.dataset.id]);
  };
  document.addEventListener("click", closing, { capture: true }); // afterwards the popup is no longer there
}

async function close(registration, ids) {
  for (const notice of await registration.getNotifications()) {
    if (!ids || ids.includes(notice.tag)) notice.close();
  }
}

function popups(ids) {
  return [...document.querySelectorAll("#popups_inbox [data-id]")].filter((popup) => ids.includes(popup.dataset.id));
}

// Who signs out here gets no more push here.
function leaveOnSignOut(event) {
  const form = event.target;
  if (new URL(form.action, location.href).pathname !== "/accounts/logout/" || !remembered()) return;
  event.preventDefault();
  const late = new Promise((resolve) => setTimeout(resolve, SIGN_OUT_WAIT));
  const left = subscription().then(({ disable }) => disable());
  Promise.race([left.catch(() => {}), late]).then(() => form.submit());
}
