// @ts-check
/** Calls of the REST API, by session or by user token; what goes wrong is thrown as a problem (RFC 9457). */
import { say } from "./i18n.js";

/** @typedef {{type: string, title: string, status: number, detail: string, errors?: {pointer: string, detail: string}[]}} Problem */

/** @type {any} */
let session = null;

export function callAs(state) {
  session = state;
}

/** Where the API and the site-relative addresses of notifications are. */
export const site = () => new URL("../../", session.base);

/** An address of the API. */
export const api = (path) => new URL(path, new URL("api/v1/", site()));

export async function call(method, path, body) {
  let answer = await send(method, path, body);
  if (answer.status === 401 && (await renewed())) answer = await send(method, path, body);
  if (!answer.ok) throw await problemOf(answer);
  return answer.status === 204 ? null : answer.json();
}

/** A fresh token from the page's own callback; false where there is none. */
export async function renewed() {
  if (!session.token || !session.renew) return false;
  try {
    session.token = await session.renew();
  } catch (error) {
    console.error("Notifcenter: the token could not be renewed.", error);
    return false;
  }
  return Boolean(session.token);
}

async function send(method, path, body) {
  const headers = { Accept: "application/json", ...identity(), ...(body === undefined ? {} : { "Content-Type": "application/json" }) };
  const credentials = session.token ? "omit" : "same-origin";
  const content = body === undefined ? undefined : JSON.stringify(body);
  const keepalive = method !== "GET" && (content ?? "").length < 60_000;
  try {
    return await fetch(api(String(path)), { method, headers, credentials, keepalive, body: content });
  } catch {
    throw problem(0, "Network", say("network"));
  }
}

/** @returns {Record<string, string>} */
function identity() {
  if (session.token) return { Authorization: `Bearer ${session.token}` };
  return { "X-CSRFToken": document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] ?? "" };
}

async function problemOf(answer) {
  const told = await answer.json().catch(() => null);
  return { ...problem(answer.status, answer.statusText, `HTTP ${answer.status}`), ...told };
}

export function problem(status, title, detail, errors = []) {
  return { type: "about:blank", title, status, detail, errors };
}
