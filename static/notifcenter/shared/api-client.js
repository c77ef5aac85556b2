// @ts-check
/**
 * The one way to call the API. It exports nothing, so that it loads in two ways: pages import it as a module, the push
 * worker, a classic script because not every browser takes modules there, by importScripts. Both find it under a symbol.
 */
class ApiClient {
  /** @param {NC.ApiSession} session @param {() => string} unreachable the words for a server that does not answer */
  constructor(session, unreachable) {
    /** @type {Promise<boolean> | null} */
    this.renewal = null;
    this.session = session;
    this.unreachable = unreachable;
  }

  get site() {
    return new URL("../../", this.session.base);
  }

  /** @param {string} method @param {string} path @param {unknown} [body] */
  async call(method, path, body) {
    let response = await this.#send(method, path, body);
    if (response.status === 401 && (await this.renewToken())) response = await this.#send(method, path, body);
    if (!response.ok) throw await ApiClient.#problemOf(response);
    return response.status === 204 ? null : response.json();
  }

  /** Those who need it at one time share one. */
  renewToken() {
    return (this.renewal ??= this.#renewToken().finally(() => (this.renewal = null)));
  }

  async #renewToken() {
    const { session } = this;
    if (!session.renew) return false;
    try {
      session.token = await session.renew();
    } catch (error) {
      console.error("Notifcenter: the token could not be renewed.", error);
      return false;
    }
    return Boolean(session.token);
  }

  /**
   * RFC 9457.
   * @param {number} status @param {string} title @param {string} detail @param {Notifcenter.Problem["errors"]} errors
   */
  static problem(status, title, detail, errors = []) {
    return { type: "about:blank", title, status, detail, errors };
  }

  /** @param {string} method @param {string} path @param {unknown} body */
  async #send(method, path, body) {
    const { token } = this.session;
    const content = body === undefined ? undefined : JSON.stringify(body);
    // Without an await on a page: what is sent while the page closes must leave at once.
    const csrf = globalThis.document ? document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1] : (await globalThis.cookieStore?.get("csrftoken"))?.value;
    const isWrite = method !== "GET";
    const user = this.session.page?.user.id ?? this.session.user;
    const headers = {
      Accept: "application/json",
      ...(content && { "Content-Type": "application/json" }),
      ...(isWrite && user && { "X-Notifcenter-User": String(user) }),
      ...(token ? { Authorization: `Bearer ${token}` } : { "X-CSRFToken": csrf ?? "" }),
    };
    const credentials = token ? "omit" : "same-origin";
    const keepalive = isWrite && (content ?? "").length < 60_000;
    try {
      return await fetch(new URL(path, new URL("api/v1/", this.site)), { method, headers, credentials, keepalive, body: content });
    } catch {
      throw ApiClient.problem(0, "Network", this.unreachable());
    }
  }

  /** @param {Response} response */
  static async #problemOf(response) {
    const document = await response.json().catch(() => null);
    return { ...ApiClient.problem(response.status, response.statusText, `HTTP ${response.status}`), ...document };
  }
}

Reflect.set(globalThis, Symbol.for("notifcenter.ApiClient"), /** @type {NC.ApiClientClass} */ (ApiClient));
