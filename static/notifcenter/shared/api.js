// @ts-check
/** Calls of the API as this page's person; what goes wrong is thrown as a problem (RFC 9457). */
import "./api-client.js";
import { translate } from "./i18n.js";
import { session } from "./session.js";

const ApiClient = /** @type {NC.ApiClientClass} */ (Reflect.get(globalThis, Symbol.for("notifcenter.ApiClient")));
const client = new ApiClient(session, () => translate("network"));

export const site = () => client.site;

/** @type {NC.ApiClient["call"]} */
export const call = (method, path, body) => client.call(method, path, body);

export const renewToken = () => client.renewToken();

export const { problem } = ApiClient;

/**
 * What to tell the reader of a problem, or of any error.
 * @param {any} error @returns {string}
 */
export const reasonOf = (error) => error.detail ?? error.message ?? String(error);
