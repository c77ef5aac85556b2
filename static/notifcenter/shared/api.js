// @ts-check
/** Calls of the API as this page's person; what goes wrong is thrown as a problem (RFC 9457). */
import "./api-client.js";
import { emit } from "./events.js";
import { translate } from "./i18n.js";
import { session } from "./session.js";

const ApiClient = /** @type {NC.ApiClientClass} */ (Reflect.get(globalThis, Symbol.for("notifcenter.ApiClient")));
const client = new ApiClient(session, () => translate("network"));

export const site = () => client.site;

/**
 * What a person who is gone would change stays; an answer that raises a doubt about who is signed in has it looked into.
 * @param {string} method @param {string} path @param {unknown} [body]
 */
export async function call(method, path, body) {
  if (session.isGone && method !== "GET") throw problem(409, "Conflict", translate("gone"));
  try {
    return await client.call(method, path, body);
  } catch (/** @type {any} */ failure) {
    if ([401, 409].includes(failure.status) && path !== "me/") emit("doubted", {});
    throw failure;
  }
}

/** Whether the host gave a fresh token. */
export async function renewToken() {
  const isRenewed = await client.renewToken();
  if (isRenewed) emit("renewed", {});
  return isRenewed;
}

export const { problem } = ApiClient;

/**
 * What to tell the reader of a problem, or of any error.
 * @param {any} error @returns {string}
 */
export const reasonOf = (error) => error.detail ?? error.message ?? String(error);
