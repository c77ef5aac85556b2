// @ts-check
/** This browser's subscription: made, made known to the server, ended. What was agreed is remembered in this browser. */
import { call } from "../shared/api.js";
import { MEMORY, readMemory, register } from "./registration.js";

const CHECK_EVERY_MS = 3600 * 1000;

/**
 * Ask for permission, subscribe, and tell the server. Rejects with an error or a problem.
 * @param {string} user @returns {Promise<"on" | "denied" | "dismissed">}
 */
export async function enable(user) {
  const permission = await Notification.requestPermission();
  if (permission !== "granted") return permission === "denied" ? "denied" : "dismissed";
  const registration = await register();
  await addDevice(await subscribe(registration, await serverKey()), user, channelHere());
  return "on";
}

/**
 * Hold to what was agreed: push ends here when somebody else signs in, when the permission or the device was taken away;
 * a subscription that the browser changed, made for a key that is no longer the server's, or that its push service
 * refuses, is made and sent anew.
 * @param {string} user
 */
export async function refresh(user) {
  const memory = readMemory();
  if (!memory) return;
  if (memory.user !== user || Notification.permission !== "granted") return disable();
  const registration = await navigator.serviceWorker.ready;
  const current = await registration.pushManager.getSubscription();
  const known = current?.endpoint === memory.endpoint ? current : null;
  if (known && Date.now() - memory.at < CHECK_EVERY_MS) return;
  const key = await serverKey();
  const device = known && (await registered(memory.device));
  if (known && !device) return disable();
  if (known && device?.active && isForKey(known, key)) return remember({ ...memory, at: Date.now() });
  if (known && !device?.active) await known.unsubscribe(); // its push service refuses it: only a new one can help
  await removeDevice(memory.device).catch(() => {});
  await addDevice(await subscribe(registration, key), user, memory.channel);
}

/** End this browser's subscription, here and on the server. */
export async function disable() {
  const memory = readMemory();
  if (!memory) return;
  localStorage.removeItem(MEMORY);
  const registration = await navigator.serviceWorker.ready;
  const current = await registration.pushManager.getSubscription();
  await Promise.allSettled([current?.unsubscribe(), removeDevice(memory.device)]);
}

/** Whether this browser is subscribed now. */
export async function isOn() {
  if (!readMemory() || Notification.permission !== "granted") return false;
  const registration = await navigator.serviceWorker.ready;
  return Boolean(await registration.pushManager.getSubscription());
}

/** @param {ServiceWorkerRegistration} registration @param {string} key the server's */
async function subscribe(registration, key) {
  const current = await registration.pushManager.getSubscription();
  if (current && isForKey(current, key)) return current;
  await current?.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
}

/** @param {PushSubscription} subscription @param {string} user @param {string} channel */
async function addDevice(subscription, user, channel) {
  const { endpoint, keys } = JSON.parse(JSON.stringify(subscription));
  const name = browserName();
  const device = await call("POST", "devices/", { channel, transport: "webpush", subscription: { endpoint, keys }, name });
  remember({ user, device: device.id, channel, endpoint, at: Date.now() });
  const cache = await caches.open(MEMORY);
  await cache.put("/push-device", new Response(JSON.stringify({ channel, name })));
}

/** @param {number} id */
const removeDevice = (id) => call("DELETE", `devices/${id}/`);

/** @param {number} id */
async function registered(id) {
  /** @type {{results: {id: number, active: boolean}[]}} */
  const { results } = await call("GET", "devices/?limit=200");
  return results.find((device) => device.id === id);
}

/** @returns {Promise<string>} the VAPID key in base64url */
async function serverKey() {
  return (await call("GET", "push/key/")).vapid_public_key;
}

/** @param {NC.PushMemory} memory */
function remember(memory) {
  localStorage.setItem(MEMORY, JSON.stringify(memory));
}

/** @param {PushSubscription} subscription @param {string} key */
function isForKey(subscription, key) {
  const used = subscription.options?.applicationServerKey;
  return !used || String(new Uint8Array(used)) === String(bytesOf(key));
}

/** @param {string} base64url */
function bytesOf(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function channelHere() {
  const isInstalled = matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
  const isPhone = navigator.userAgentData?.mobile || /Android|iPhone|iPad|Mobile/.test(navigator.userAgent);
  return isInstalled || isPhone ? "mobile" : "browser";
}

function browserName() {
  const browser = { Edge: /Edg/, Opera: /OPR/, Yandex: /YaBrowser/, Firefox: /Firefox|FxiOS/, Chrome: /Chrom|CriOS/, Safari: /Safari/ };
  const system = { Android: /Android/, iOS: /iPhone|iPad/, Windows: /Windows/, macOS: /Mac OS/, Linux: /Linux/ };
  return [browser, system].flatMap((patterns) => Object.entries(patterns).find(([, pattern]) => pattern.test(navigator.userAgent))?.[0] ?? []).join(", ");
}
