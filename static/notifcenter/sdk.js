// @ts-check
/**
 * The SDK's entry, one plain script: `window.APP` and `window.AMOCRM` are whole as soon as it has run.
 * What it needs more it loads from beside itself; calls made meanwhile wait.
 */
(() => {
  const host = /** @type {any} */ (window);
  const key = Symbol.for("notifcenter");
  if (host[key]) return;

  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  /** @type {NC.Session} */
  const session = {
    base: new URL(".", script.src),
    token: script.dataset.token ?? "",
    page: embeddedPage(),
    presence: {},
    callbacks: new Map(),
    calling: false,
    isCalling: () => session.calling,
    renew: null,
    waiting: [],
    perform: (name, parameters) => void session.waiting.push([name, parameters]),
    begin,
  };
  host[key] = session;

  /** @type {(name: string) => (...parameters: any[]) => void} */
  const later = (name) => (...parameters) => session.perform(name, parameters);

  const members = {
    notifications: Object.fromEntries(
      ["show_message", "show_message_error", "show_notification", "add_error", "add_call"].map((name) => [name, later(name)]),
    ),
    sdk: { showUserStatus, setCallingStatus, getCallingStatus: () => session.isCalling(), renewToken },
    addNotificationCallback: later("addNotificationCallback"),
  };
  /**
   * What a widget's `init()` reaches for, where the page has none of its own.
   * @type {Record<string, any>}
   */
  const defaults = {
    constant: (/** @type {keyof NC.PageState} */ name) => session.page?.[name],
    click_event: "click",
    lang_id: session.page?.user.language ?? document.documentElement.lang.slice(0, 2) ?? "ru",
    lang: {},
    data: { is_card: false, current_card: false, current_entity: "" },
    isCard: () => false,
    widgets: { list: {} },
  };

  const apps = new Set([(host.APP ??= host.AMOCRM ?? {}), (host.AMOCRM ??= host.APP)]);
  for (const app of apps) equip(app);
  if (session.page) begin(session.page);
  import(new URL("sdk/start.js", session.base).href).then((module) => module.start(session), report);

  /** @param {any} app */
  function equip(app) {
    app.notifications = Object.assign(app.notifications ?? {}, members.notifications);
    app.sdk = Object.assign(app.sdk ?? {}, members.sdk);
    app.addNotificationCallback = members.addNotificationCallback;
    for (const [name, value] of Object.entries(defaults)) app[name] ??= value;
    app.widgets.list ??= {};
  }

  /** What the page was rendered with, or null on pages of another site. */
  function embeddedPage() {
    const element = document.getElementById("notifcenter-page");
    return element ? JSON.parse(element.textContent ?? "") : null;
  }

  /** @param {NC.PageState} page */
  function begin(page) {
    session.page = page;
    Object.assign(session.presence, page.presence);
    for (const app of apps) {
      if (app.lang_id === defaults.lang_id) app.lang_id = page.user.language;
      for (const [code, widget] of Object.entries(page.widgets)) app.widgets.list[code] ??= { ...widget };
    }
  }

  /** @param {unknown} which */
  function showUserStatus(which) {
    const known = Object.entries(session.presence);
    if (which === "online") return known.filter(([, online]) => online).map(([id]) => Number(id));
    if (which !== undefined && which !== null) return session.presence[String(which)] === true;
    return Object.fromEntries(known.map(([id, online]) => [id, { id: Number(id), online }]));
  }

  /** @param {unknown} isOn */
  function setCallingStatus(isOn) {
    session.calling = Boolean(isOn);
    session.perform("setCallingStatus", [session.calling]);
  }

  /** @param {NC.Session["renew"]} callback */
  function renewToken(callback) {
    session.renew = callback;
  }

  /** @param {unknown} error */
  function report(error) {
    console.error("Notifcenter: the SDK could not be loaded.", error);
  }
})();
