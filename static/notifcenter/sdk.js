// @ts-check
/**
 * The SDK's entry, one plain script: `window.APP` and `window.AMOCRM` are whole as soon as it has run.
 * What it needs more it loads from beside itself; calls made meanwhile wait.
 */
(() => {
  const world = /** @type {any} */ (window);
  const mine = Symbol.for("notifcenter");
  if (world[mine]) return;

  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const state = (world[mine] = {
    base: new URL(".", script.src),
    token: script.dataset.token ?? "",
    page: embedded(),
    /** @type {Record<string, boolean>} */
    presence: {},
    /** @type {Map<string, (data: any) => void>} */
    callbacks: new Map(),
    calling: false,
    isCalling: () => state.calling,
    /** @type {null | (() => string | Promise<string>)} */
    renew: null,
    /** @type {[string, any[]][]} */
    waiting: [],
    /** @type {(name: string, args: any[]) => void} */
    perform: (name, args) => void state.waiting.push([name, args]),
    begin,
  });

  const later =
    (name) =>
    (...args) =>
      state.perform(name, args);

  const members = {
    notifications: Object.fromEntries(
      ["show_message", "show_message_error", "show_notification", "add_error", "add_call"].map((name) => [name, later(name)]),
    ),
    sdk: { showUserStatus, setCallingStatus, getCallingStatus: () => state.isCalling(), renewToken },
    addNotificationCallback: later("addNotificationCallback"),
  };
  const stage = {
    constant: (name) => state.page?.[name],
    click_event: "click",
    lang_id: state.page?.user.language ?? document.documentElement.lang.slice(0, 2) ?? "ru",
    lang: {},
    data: { is_card: false, current_card: false, current_entity: "" },
    isCard: () => false,
    widgets: { list: {} },
  };

  const apps = new Set([(world.APP ??= world.AMOCRM ?? {}), (world.AMOCRM ??= world.APP)]);
  for (const app of apps) equip(app);
  if (state.page) begin(state.page);
  import(new URL("sdk/start.js", state.base).href).then((module) => module.start(state), report);

  function equip(app) {
    app.notifications = Object.assign(app.notifications ?? {}, members.notifications);
    app.sdk = Object.assign(app.sdk ?? {}, members.sdk);
    app.addNotificationCallback = members.addNotificationCallback;
    for (const [name, value] of Object.entries(stage)) app[name] ??= value;
    app.widgets.list ??= {};
  }

  /** What the page was rendered with, or null on pages of another site. */
  function embedded() {
    const block = document.getElementById("notifcenter-page");
    return block ? JSON.parse(block.textContent ?? "") : null;
  }

  function begin(page) {
    state.page = page;
    Object.assign(state.presence, page.presence);
    for (const app of apps) {
      if (app.lang_id === stage.lang_id) app.lang_id = page.user.language;
      for (const [code, widget] of Object.entries(page.widgets)) app.widgets.list[code] ??= { ...widget };
    }
  }

  function showUserStatus(asked) {
    const known = Object.entries(state.presence);
    if (asked === "online") return known.filter(([, online]) => online).map(([id]) => Number(id));
    if (asked !== undefined && asked !== null) return state.presence[String(asked)] === true;
    return Object.fromEntries(known.map(([id, online]) => [id, { id: Number(id), online }]));
  }

  function setCallingStatus(on) {
    state.calling = Boolean(on);
    state.perform("setCallingStatus", [state.calling]);
  }

  function renewToken(callback) {
    state.renew = callback;
  }

  function report(error) {
    console.error("Notifcenter: the SDK could not be loaded.", error);
  }
})();
