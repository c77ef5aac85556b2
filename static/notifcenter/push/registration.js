// What every page needs to know of push: the worker's registration, and what this browser agreed to.
export const MEMORY = "notifcenter-push";

/** The push worker's registration, once it is at work. */
export async function worker() {
  const lang = document.documentElement.lang === "en" ? "en" : "ru";
  await navigator.serviceWorker.register(`/push-worker.js?lang=${lang}`, { updateViaCache: "none" });
  return navigator.serviceWorker.ready;
}

/** The memory of who enabled push here: {user, device, channel, endpoint, at}, or null. */
export function remembered() {
  try {
    return JSON.parse(localStorage.getItem(MEMORY));
  } catch {
    return null;
  }
}
