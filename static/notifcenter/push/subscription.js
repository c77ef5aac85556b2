// This browser's subscription: made, kept known to the server, ended. What was agreed is remembered in this browser.
import { MEMORY, remembered, worker } from "./registration.js";

const HOUR = 3600 * 1000;

/** Ask for permission, subscribe, and tell the server. Gives "on", "denied" or "dismissed"; throws with what failed. */
export async function enable(user) {
  const permission = await Notification.requestPermission();
  if (permission !== "granted") return permission === "denied" ? "denied" : "dismissed";
  const registration = await worker();
  await register(await subscribed(registration, await serverKey()), user, kind());
  return "on";
}

/**
 * Keep what was agreed true: push ends here when somebody else signs in, when the permission or the device was taken away;
 * a subscription that the browser changed, or made for a key that is no longer the server's, is told anew.
 */
export async function refresh(user) {
  const memory = remembered();
  if (!memory) return;
  if (memory.user !== user || Notification.permission !== "granted") return disable();
  const registration = await navigator.serviceWorker.ready;
  const current = await registration.pushManager.getSubscription();
  const isSame = current?.endpoint === memory.endpoint;
  if (isSame && Date.now() - memory.at < HOUR) return;
  const key = await serverKey();
  if (isSame && !(await isKnown(memory.device))) return disable();
  if (isSame && sameKey(current, key)) return remember({ ...memory, at: Date.now() });
  await call("DELETE", `/api/v1/devices/${memory.device}/`).catch(() => {});
  await register(await subscribed(registration, key), user, memory.channel);
}

/** End this browser's subscription, here and on the server. */
export async function disable() {
  const memory = remembered();
  if (!memory) return;
  localStorage.removeItem(MEMORY);
  const registration = await navigator.serviceWorker.ready;
  const current = await registration.pushManager.getSubscription();
  await Promise.allSettled([current?.unsubscribe(), call("DELETE", `/api/v1/devices/${memory.device}/`)]);
}

/** Whether this browser is subscribed now. */
export async function isOn() {
  if (!remembered() || Notification.permission !== "granted") return false;
  const registration = await navigator.serviceWorker.ready;
  return Boolean(await registration.pushManager.getSubscription());
}

async function subscribed(registration, key) {
  const current = await registration.pushManager.getSubscription();
  if (current && sameKey(current, key)) return current;
  await current?.unsubscribe();
  return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
}

async function register(subscription, user, channel) {
  const { endpoint, keys } = JSON.parse(JSON.stringify(subscription));
  const body = { channel, transport: "webpush", subscription: { endpoint, keys }, name: browserName() };
  const device = await call("POST", "/api/v1/devices/", body);
  remember({ user, device: device.id, channel, endpoint, at: Date.now() });
  const cache = await caches.open(MEMORY);
  await cache.put("/push-device", new Response(JSON.stringify({ channel, name: body.name })));
}

function remember(memory) {
  localStorage.setItem(MEMORY, JSON.stringify(memory));
}

async function isKnown(device) {
  return (await call("GET", "/api/v1/devices/?limit=200")).results.some((known) => known.id === device);
}

async function serverKey() {
  return (await call("GET", "/api/v1/push/key/")).vapid_public_key;
}

async function call(method, path, body) {
  const csrf = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
  const response = await fetch(path, {
    method,
    credentials: "same-origin",
    keepalive: method === "DELETE",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
    body: body && JSON.stringify(body),
  });
  const answer = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer?.detail ?? `HTTP ${response.status}`);
  return answer;
}

function sameKey(subscription, key) {
  const used = subscription.options?.applicationServerKey;
  return !used || String(new Uint8Array(used)) === String(bytes(key));
}

function bytes(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function kind() {
  const installed = matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
  const phone = navigator.userAgentData?.mobile || /Android|iPhone|iPad|Mobile/.test(navigator.userAgent);
  return installed || phone ? "mobile" : "browser";
}

function browserName() {
  const agent = navigator.userAgent;
  const first = (names) => Object.keys(names).find((name) => names[name].test(agent)) ?? "";
  const browser = first({ Edge: /Edg/, Opera: /OPR/, Yandex: /YaBrowser/, Firefox: /Firefox|FxiOS/, Chrome: /Chrom|CriOS/, Safari: /Safari/ });
  const system = first({ Android: /Android/, iOS: /iPhone|iPad/, Windows: /Windows/, macOS: /Mac OS/, Linux: /Linux/ });
  return [browser, system].filter(Boolean).join(", ");
}
