// The push worker: shows what is pushed, leads to the right page, renews the subscription, stands in without a network.
"use strict";

const LANGUAGE = new URL(self.location.href).searchParams.get("lang") === "en" ? "en" : "ru";
const WORDS = {
  ru: { open: "Открыть", read: "Прочитано", fallback: "Новое уведомление" },
  en: { open: "Open", read: "Mark as read", fallback: "New notification" },
}[LANGUAGE];
const STATIC = "/static/notifcenter/";
const OFFLINE_PAGE = `/offline/?lang=${LANGUAGE}`;
const ASSETS = ["pages/offline.css", "pages/offline.js", "icons/icon.svg"].map((name) => STATIC + name);
const CACHE = "notifcenter-offline-2";
const MEMORY = "notifcenter-push";

self.addEventListener("install", (event) => {
  event.waitUntil(keepOfflinePage().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([self.clients.claim(), self.registration.navigationPreload?.enable(), dropOldCaches()]));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(pageOrOffline(event));
  else if (ASSETS.includes(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(new URL(request.url).pathname)));
  }
});

self.addEventListener("push", (event) => event.waitUntil(show(event.data).then(tidy)));

self.addEventListener("notificationclick", (event) => {
  const { notification, action } = event;
  notification.close();
  const { id, url } = notification.data ?? {};
  const work = action === "read" ? read(id).catch(() => open("/inbox/")) : Promise.allSettled([open(url), read(id)]);
  event.waitUntil(work.then(() => tell([id])));
});

self.addEventListener("notificationclose", (event) => tell([event.notification.tag]));

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event.newSubscription)));

self.addEventListener("message", (event) => {
  if (event.data === "tidy") event.waitUntil(tidy());
});

async function show(data) {
  const message = parsed(data);
  await self.registration.showNotification(message.title || WORDS.fallback, {
    body: message.body || "",
    icon: message.icon || `${STATIC}icons/icon-192.png`,
    badge: `${STATIC}icons/badge.png`,
    tag: message.tag || message.id || "",
    lang: LANGUAGE,
    data: { id: message.id, url: message.url },
    actions: [
      { action: "open", title: WORDS.open },
      { action: "read", title: WORDS.read },
    ],
  });
}

// Browsers end subscriptions whose pushes show nothing, so whatever comes is shown.
function parsed(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return { body: data.text() };
  }
}

async function open(url) {
  const target = safe(url);
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = pages.find((page) => page.url.split("#")[0] === target.split("#")[0]);
  if (there) return there.focus().catch(() => {});
  return self.clients.openWindow(target).catch(() => pages[0]?.navigate(target));
}

function safe(url) {
  try {
    const target = new URL(url || "/inbox/", self.location.origin);
    if (["http:", "https:"].includes(target.protocol)) return target.href;
  } catch {
    // falls to the centre, where everything can be found
  }
  return new URL("/inbox/", self.location.origin).href;
}

async function read(id) {
  await post("/api/v1/inbox/read/", { ids: [id] });
}

// What was read elsewhere meanwhile need not stand here any longer.
async function tidy() {
  const shown = await self.registration.getNotifications();
  if (!shown.length) return;
  const response = await fetch("/api/v1/inbox/?limit=100", { credentials: "same-origin" }).catch(() => null);
  if (!response?.ok) return;
  const done = new Set((await response.json()).results.filter((item) => item.is_read).map((item) => item.id));
  shown.filter((notice) => done.has(notice.tag)).forEach((notice) => notice.close());
}

async function renew(fresh) {
  const key = (await (await fetch("/api/v1/push/key/", { credentials: "same-origin" })).json()).vapid_public_key;
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const { endpoint, keys } = JSON.parse(JSON.stringify(fresh ?? (await self.registration.pushManager.subscribe(options))));
  const kept = await (await caches.open(MEMORY)).match("/push-device");
  const { channel, name } = kept ? await kept.json() : { channel: "browser", name: "" };
  await post("/api/v1/devices/", { channel, transport: "webpush", subscription: { endpoint, keys }, name });
}

async function post(path, body) {
  const csrf = (await self.cookieStore?.get("csrftoken"))?.value ?? "";
  const response = await fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
}

function tell(ids) {
  const channel = new BroadcastChannel("notifcenter-read");
  channel.postMessage({ ids });
  channel.close();
}

async function pageOrOffline(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return caches.match(OFFLINE_PAGE);
  }
}

async function keepOfflinePage() {
  const cache = await caches.open(CACHE);
  await cache.addAll([OFFLINE_PAGE, ...ASSETS]);
}

async function dropOldCaches() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => ![CACHE, MEMORY].includes(name)).map((name) => caches.delete(name)));
}
