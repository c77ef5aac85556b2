// @ts-check
/** The push worker: shows what is pushed, leads to the right page, renews the subscription, stands in without a network. */
"use strict";

const worker = /** @type {PushWorker.Scope} */ (/** @type {unknown} */ (self));
const LANGUAGE = new URL(worker.location.href).searchParams.get("lang") === "en" ? "en" : "ru";
const WORDS = {
  ru: { open: "Открыть", read: "Прочитано", fallback: "Новое уведомление" },
  en: { open: "Open", read: "Mark as read", fallback: "New notification" },
}[LANGUAGE];
const STATIC = "/static/notifcenter/";
const OFFLINE_PAGE = `/offline/?lang=${LANGUAGE}`;
const ASSETS = ["pages/offline.css", "pages/offline.js", "icons/icon.svg"].map((name) => STATIC + name);
const CACHE = "notifcenter-offline-2";
const MEMORY = "notifcenter-push";

worker.importScripts(`${STATIC}shared/api-client.js`);
const Client = /** @type {NC.ApiClientClass} */ (Reflect.get(self, Symbol.for("notifcenter.ApiClient")));
const api = new Client({ base: new URL(STATIC, worker.location.origin), token: "", renew: null }, () => "the server cannot be reached");

worker.addEventListener("install", (event) => {
  event.waitUntil(cacheOfflinePage().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([worker.clients.claim(), worker.registration.navigationPreload?.enable(), dropOldCaches()]));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(pageOrOffline(event));
  else if (ASSETS.includes(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(new URL(request.url).pathname)));
  }
});

worker.addEventListener("push", (event) => event.waitUntil(show(event.data).then(tidy)));

worker.addEventListener("notificationclick", (event) => {
  const { notification, action } = event;
  notification.close();
  const { id, url, user, actions } = notification.data ?? {};
  if (actions?.some((/** @type {{action: string}} */ one) => one.action === action)) return event.waitUntil(press(id, action, user));
  const work = action === "read" ? read(id).catch(() => openPage("/inbox/")) : Promise.allSettled([openPage(url), read(id)]);
  event.waitUntil(work.then(() => announceRead([id])));
});

worker.addEventListener("notificationclose", (event) => announceRead([event.notification.tag]));

worker.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event.newSubscription)));

worker.addEventListener("message", (event) => {
  if (event.data === "tidy") event.waitUntil(tidy());
});

/** @param {PushWorker.PushData | null} data */
async function show(data) {
  const message = parsed(data);
  if (message.closed) return close(message.tag ?? "");
  /** @type {NotificationOptions & {actions: {action: string, title: string}[]}} */
  const options = {
    body: message.body || "",
    icon: message.icon || `${STATIC}icons/icon-192.png`,
    badge: `${STATIC}icons/badge.png`,
    tag: message.tag || message.id || "",
    lang: LANGUAGE,
    data: { id: message.id, url: message.url, user: message.user, actions: message.actions },
    actions: message.actions ?? [
      { action: "open", title: WORDS.open },
      { action: "read", title: WORDS.read },
    ],
  };
  await worker.registration.showNotification(message.title || WORDS.fallback, options);
}

/** @param {string} tag */
async function close(tag) {
  const notices = await worker.registration.getNotifications({ tag });
  notices.forEach((notice) => notice.close());
}

/**
 * Browsers end subscriptions whose pushes show nothing, so whatever comes is shown.
 * @param {PushWorker.PushData | null} data @returns {PushWorker.Message}
 */
function parsed(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return { body: data?.text() ?? "" };
  }
}

/** @param {string | undefined} url */
async function openPage(url) {
  const target = safeAddress(url);
  const pages = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((page) => page.url.split("#")[0] === target.split("#")[0]);
  if (there) return there.focus().catch(() => {});
  return worker.clients.openWindow(target).catch(() => pages[0]?.navigate(target));
}

/** @param {string | undefined} url */
function safeAddress(url) {
  const centre = new URL("/inbox/", worker.location.origin).href;
  try {
    const { href, protocol } = new URL(url || centre, worker.location.origin);
    return ["http:", "https:"].includes(protocol) ? href : centre;
  } catch {
    return centre;
  }
}

/** @param {string} id */
async function read(id) {
  await api.call("POST", "inbox/read/", { ids: [id] });
}

/**
 * Press an action as the person whom the push was for; where that is not possible, the centre says why.
 * @param {string} id @param {string} action @param {number | undefined} user
 */
async function press(id, action, user) {
  const client = new Client({ base: api.session.base, token: "", renew: null, user }, () => "the server cannot be reached");
  await client.call("POST", `inbox/${id}/actions/${action}/`, {}).catch(() => openPage("/inbox/"));
}

/** What was read elsewhere meanwhile need not be in the tray any longer. */
async function tidy() {
  const notices = await worker.registration.getNotifications();
  if (!notices.length) return;
  /** @type {NC.InboxPage} */
  const { results } = await api.call("GET", "inbox/?limit=100").catch(() => ({ results: [] }));
  const readIds = new Set(results.filter((item) => item.is_read).map((item) => item.id));
  notices.filter((notice) => readIds.has(notice.tag)).forEach((notice) => notice.close());
}

/** @param {PushSubscription | null | undefined} fresh the browser's own renewal, where it made one */
async function renew(fresh) {
  const { vapid_public_key: applicationServerKey } = await api.call("GET", "push/key/");
  const subscription = fresh ?? (await worker.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }));
  const { endpoint, keys } = JSON.parse(JSON.stringify(subscription));
  const memory = await (await caches.open(MEMORY)).match("/push-device");
  const { channel, name } = memory ? await memory.json() : { channel: "browser", name: "" };
  await api.call("POST", "devices/", { channel, transport: "webpush", subscription: { endpoint, keys }, name });
}

/** @param {string[]} ids */
function announceRead(ids) {
  const channel = new BroadcastChannel("notifcenter-read");
  channel.postMessage({ ids });
  channel.close();
}

/** @param {PushWorker.FetchEvent} event */
async function pageOrOffline(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return caches.match(OFFLINE_PAGE);
  }
}

async function cacheOfflinePage() {
  const cache = await caches.open(CACHE);
  await cache.addAll([OFFLINE_PAGE, ...ASSETS]);
}

async function dropOldCaches() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => ![CACHE, MEMORY].includes(name)).map((name) => caches.delete(name)));
}
