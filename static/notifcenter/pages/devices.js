// @ts-check
/** The devices on the profile page: the button, what hinders push here, the list. */
import { person, readMemory } from "../push/registration.js";
import { disable, enable, isOn } from "../push/subscription.js";
import { reasonOf } from "../shared/api.js";
import { targetOf } from "../shared/dom.js";
import { SCRIPT_HEADERS, parsePart } from "./html-part.js";

document.addEventListener("click", (event) => {
  if (targetOf(event).closest?.("#push-enable")) turnOn();
  if (targetOf(event).closest?.("#push-disable")) turnOff();
});
document.addEventListener("submit", sendInPlace);
navigator.permissions?.query({ name: "notifications" }).then((status) => {
  status.onchange = showState;
}, () => {});
showState();

async function turnOn() {
  const hindrance = findHindrance();
  if (hindrance) return show(hindrance);
  show("working");
  try {
    const state = await enable(person());
    if (state !== "on") return show(state);
    await reload();
  } catch (error) {
    show("failed", reasonOf(error));
  }
}

async function turnOff() {
  show("working");
  await disable();
  await reload();
}

async function showState() {
  const label = /** @type {HTMLElement | null} */ (section().querySelector(`[data-device="${readMemory()?.device}"] .nc-this-device`));
  const hindrance = findHindrance();
  const isEnabled = label !== null && !hindrance && (await isOn());
  show(hindrance || (isEnabled ? "on" : ""));
  showGaps();
  byId("push-enable").hidden = isEnabled;
  byId("push-disable").hidden = !isEnabled;
  if (isEnabled) label.hidden = false;
}

/** Say in the heads of the matrix which channels have no device. */
function showGaps() {
  const reached = section().dataset.ncReached?.split(" ") ?? [];
  for (const gap of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".nc-gap[data-nc-needs]"))) gap.hidden = reached.includes(gap.dataset.ncNeeds ?? "");
}

/** Why push cannot be enabled here, by the name of its words; empty where it can. */
function findHindrance() {
  if (!window.isSecureContext) return "insecure";
  const isBareApple = /iPhone|iPad/.test(navigator.userAgent) && !navigator.standalone;
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    return isBareApple ? "install" : "unsupported";
  }
  return Notification.permission === "denied" ? "denied" : "";
}

/** @param {string} state */
function show(state, detail = "") {
  for (const part of section().querySelectorAll("[data-push]")) /** @type {HTMLElement} */ (part).hidden = part.getAttribute("data-push") !== state;
  byId("push-error").textContent = detail;
}

/** @param {SubmitEvent} event */
async function sendInPlace(event) {
  const form = /** @type {HTMLFormElement | null} */ (targetOf(event).closest(".nc-device-form"));
  if (!form) return;
  event.preventDefault();
  /** @type {HTMLButtonElement} */ (form.querySelector("button")).disabled = true;
  try {
    await reload(form.action, { method: "POST", body: new FormData(form) });
  } catch {
    form.submit();
  }
}

/** @param {RequestInit} options */
async function reload(url = "/profile/devices/", options = {}) {
  const response = await fetch(url, { ...options, credentials: "same-origin", headers: SCRIPT_HEADERS });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  section().replaceWith(/** @type {HTMLElement} */ ((await parsePart(response)).getElementById("devices")));
  await showState();
}

function section() {
  return byId("devices");
}

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
