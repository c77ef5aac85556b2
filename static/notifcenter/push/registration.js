// @ts-check
/** What every page needs to know of push: the worker's registration, and what this browser agreed to. */

export const MEMORY = "notifcenter-push";

/** The person of this page, as text. */
export const person = () => document.getElementById("push-script")?.dataset.user ?? "";

/** The push worker's registration, once it is at work. */
export async function register() {
  const lang = document.documentElement.lang === "en" ? "en" : "ru";
  await navigator.serviceWorker.register(`/push-worker.js?lang=${lang}`, { updateViaCache: "none" });
  return navigator.serviceWorker.ready;
}

/**
 * Who enabled push here, or null.
 * @returns {NC.PushMemory | null}
 */
export function readMemory() {
  try {
    return JSON.parse(localStorage.getItem(MEMORY) ?? "null");
  } catch {
    return null;
  }
}
