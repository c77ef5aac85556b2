// @ts-check
/**
 * The SDK's entry, one plain script: `window.APP` and `window.AMOCRM` are whole as soon as it has run.
 * What it needs more it loads from beside itself; calls made meanwhile wait. Run again, it takes over a new page.
 */
(() => {
  const host = /** @type {any} */ (window);
  const key = Symbol.for("notifcenter");
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const METHODS = ["show_message", "show_message_error", "show_notification", "add_error", "add_call", "add_alert", "update", "withdraw"];
  /**
   * What other people's code may ask for, and what it gets before the page is known.
   * @type {Record<string, object>}
   */
  const CONSTANTS = { user: {}, account: { users: {} }, managers: {}, groups: {}, user_rights: {} };
  const running = /** @type {NC.Session | undefined} */ (host[key]);
  if (running) return running.rerun(script.dataset.token ?? "", pageState());

  /** @type {(app: unknown) => void} */
  let tellReady = () => {};
  const ready = new Promise((resolve) => (tellReady = resolve));
  /** @type {NC.Session} */
  const session = {
    base: new URL(".", script.src),
    token: script.dataset.token ?? "",
    page: pageState(),
    presence: {},
    callbacks: new Map(),
    calling: false,
    isCalling: () => session.calling,
    renew: null,
    onRenewable: () => {},
    waiting: [],
    perform: (name, parameters) => void session.waiting.push([name, parameters]),
    begin,
    rerun,
    onRerun: () => {},
  };
  host[key] = session;

  /** @type {(name: string) => (...parameters: any[]) => void} */
  const later = (name) => (...parameters) => session.perform(name, parameters);

  /**
   * What widgets call, and what their `init()` reaches for; the page's own members stay.
   * @type {Record<string, any>}
   */
  const members = {
    notifications: Object.fromEntries(METHODS.map((name) => [name, later(name)])),
    sdk: { showUserStatus, setCallingStatus, getCallingStatus: () => session.isCalling(), renewToken },
    addNotificationCallback: later("addNotificationCallback"),
    ready,
    constant: (/** @type {string} */ name) => (Object.hasOwn(CONSTANTS, name) && (/** @type {any} */ (session.page)?.[name] ?? CONSTANTS[name])) || {},
    click_event: "click",
    lang_id: session.page?.user.language ?? (document.documentElement.lang.slice(0, 2) || "ru"),
    lang: {},
    data: { is_card: false, current_card: false, current_entity: "", current_view: null, current_list: null },
    isCard: () => false,
    getBaseEntity: () => "",
    getWidgetsArea: () => "",
    is_touch_device: navigator.maxTouchPoints > 0,
    router: { navigate },
    widgets: { list: {}, system: {} },
  };

  /**
   * Ids of people whom the page did not know.
   * @type {Set<string>}
   */
  const asked = new Set();
  /** @type {Set<any>} */
  const apps = new Set();
  equip();
  if (session.page) begin(session.page);
  import(new URL("sdk/start.js", session.base).href).then((module) => module.start(session), report);

  function equip() {
    host.APP ??= host.AMOCRM ?? {};
    host.AMOCRM ??= host.APP;
    for (const app of [host.APP, host.AMOCRM]) fill(apps.add(app) && app, members);
  }

  /**
   * Add what is missing, member by member.
   * @param {any} target @param {Record<string, any>} source
   */
  function fill(target, source) {
    for (const [name, value] of Object.entries(source)) {
      const isPlain = value && Object.getPrototypeOf(value) === Object.prototype;
      if (target[name] === undefined || target[name] === null) Reflect.set(target, name, isPlain ? { ...value } : value);
      else if (isPlain && Object(target[name]) === target[name]) fill(target[name], value);
    }
  }

  /** What the page was rendered with: in the script tag, or beside it; null where the host printed nothing. */
  function pageState() {
    const text = script.dataset.page || document.getElementById("notifcenter-page")?.textContent;
    try {
      return text ? JSON.parse(text) : null;
    } catch (error) {
      return report(error);
    }
  }

  /** @param {NC.PageState} page */
  function begin(page) {
    session.page = page;
    Object.assign(session.presence, page.presence);
    introduce(page);
    tellReady(host.APP);
  }

  /** @param {NC.PageState} page */
  function introduce(page) {
    for (const app of apps) {
      if (app.lang_id === members.lang_id) Reflect.set(app, "lang_id", page.user.language);
      fill(app.widgets, { list: page.widgets, system: page.widgets_system });
    }
  }

  /** @param {string} token @param {NC.PageState | null} page */
  function rerun(token, page) {
    equip();
    if (session.page) introduce(session.page);
    if (token) session.token = token;
    session.onRerun(page);
  }

  /** @param {unknown} which */
  function showUserStatus(which) {
    const known = Object.entries(session.presence);
    if (which === "online") return known.filter(([, online]) => online).map(([id]) => Number(id));
    if (which !== undefined && which !== null) return isOnline(String(which));
    return Object.fromEntries(known.map(([id, online]) => [id, { id: Number(id), online }]));
  }

  /**
   * False for whom the page does not know; it asks for them, once.
   * @param {string} id
   */
  function isOnline(id) {
    if (!(id in session.presence) && !asked.has(id) && asked.add(id)) session.perform("askPresence", [id]);
    return session.presence[id] === true;
  }

  /** @param {unknown} isOn */
  function setCallingStatus(isOn) {
    session.calling = Boolean(isOn);
    session.perform("setCallingStatus", [session.calling]);
  }

  /** @param {NC.Session["renew"]} callback */
  function renewToken(callback) {
    session.renew = callback;
    session.onRenewable();
  }

  /** @param {unknown} path */
  function navigate(path) {
    try {
      const { href, protocol } = new URL(String(path), location.href);
      if (protocol.startsWith("http")) location.assign(href);
    } catch (error) {
      report(error);
    }
  }

  /** @param {unknown} error @returns {null} */
  function report(error) {
    console.error("Notifcenter:", error);
    return null;
  }
})();
