// The devices on the profile page: the button, what stands in its way, the list.
import { remembered } from "../push/registration.js";
import { disable, enable, isOn } from "../push/subscription.js";

const user = document.getElementById("push-script")?.dataset.user ?? "";

document.addEventListener("click", ({ target }) => {
  if (target.closest?.("#push-enable")) turnOn();
  if (target.closest?.("#push-disable")) turnOff();
});
document.addEventListener("submit", sendInPlace);
navigator.permissions?.query({ name: "notifications" }).then((status) => {
  status.onchange = showState;
}, () => {});
showState();

async function turnOn() {
  const obstacle = whyNot();
  if (obstacle) return show(obstacle);
  show("working");
  try {
    const state = await enable(user);
    if (state !== "on") return show(state);
    await reload();
  } catch (error) {
    show("failed", error.message);
  }
}

async function turnOff() {
  show("working");
  await disable();
  await reload();
}

async function showState() {
  const mine = section().querySelector(`[data-device="${remembered()?.device}"] .this-device`);
  const on = Boolean(mine) && !whyNot() && (await isOn());
  show(whyNot() || (on ? "on" : ""));
  document.getElementById("push-enable").hidden = on;
  document.getElementById("push-disable").hidden = !on;
  if (on) mine.hidden = false;
}

function whyNot() {
  if (!window.isSecureContext) return "insecure";
  const apple = /iPhone|iPad/.test(navigator.userAgent) && !navigator.standalone;
  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    return apple ? "install" : "unsupported";
  }
  return Notification.permission === "denied" ? "denied" : "";
}

function show(state, detail = "") {
  for (const part of section().querySelectorAll("[data-push]")) part.hidden = part.dataset.push !== state;
  document.getElementById("push-error").textContent = detail;
}

async function sendInPlace(event) {
  const form = event.target.closest(".device-form");
  if (!form) return;
  event.preventDefault();
  form.querySelector("button").disabled = true;
  try {
    await reload(form.action, { method: "POST", body: new FormData(form) });
  } catch {
    form.submit();
  }
}

async function reload(url = "/profile/devices/", options = {}) {
  const response = await fetch(url, { ...options, credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("devices");
  section().replaceWith(fresh);
  await showState();
}

function section() {
  return document.getElementById("devices");
}
