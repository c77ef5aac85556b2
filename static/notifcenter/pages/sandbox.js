// @ts-check
/** The sandbox: parameters become code as they are typed, and each run shows what became of it. */
import { call } from "../shared/api.js";
import { make } from "../shared/dom.js";
import { translate } from "../shared/i18n.js";
import { session } from "../shared/session.js";
import { CODES } from "./sandbox-code.js";

const app = /** @type {any} */ (window).APP;
const FINAL_STATES = ["sent", "failed", "expired", "skipped", "digest"];
const FOLLOW_ROUNDS = 15;

for (const section of elements("[data-call]")) prepare(section);
for (const button of elements("[data-ask]")) button.addEventListener("click", () => ask(button));
for (const button of elements("[data-copy]")) button.addEventListener("click", () => copy(button));
document.getElementById("listen")?.addEventListener("submit", listen);

/** @param {string} selector */
function elements(selector) {
  return /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector));
}

/** @param {HTMLElement} section */
function prepare(section) {
  const form = /** @type {HTMLFormElement} */ (section.querySelector("form"));
  const write = () => {
    for (const pre of section.querySelectorAll("pre")) pre.textContent = CODES[pre.dataset.code ?? ""]?.(example(section)) ?? "";
  };
  form.addEventListener("input", write);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(section);
  });
  write();
}

/**
 * The parameters as typed; empty ones are left away.
 * @param {HTMLElement} section
 */
function parameters(section) {
  /** @type {any} */
  const filled = {};
  for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (section.querySelectorAll("[name]"))) {
    const path = field.name.split(".");
    const last = path.pop() ?? "";
    const value = field.type === "number" || (last === "date" && /^\d+$/.test(field.value)) ? Number(field.value) : field.value;
    if (field.value !== "") path.reduce((at, name) => (at[name] ??= {}), filled)[last] = value;
  }
  if (!filled.element?.id) delete filled.element;
  return filled;
}

/**
 * Only a provider shows popups; into one's own centre leads one's own token.
 * @param {HTMLElement} section @returns {import("./sandbox-code.js").Example}
 */
function example(section) {
  const { call: name = "", kind, rest } = section.dataset;
  const filled = parameters(section);
  const address = new URL(kind ? "/api/v1/me/notifications/" : `/api/v1/${rest}/`, location.href).href;
  const token = (kind && document.querySelector("main [data-token]")?.getAttribute("data-token")) || "$TOKEN";
  const body = kind ? { kind, ...filled } : { method: name, recipients: [session.page?.user.login], params: filled };
  return { name, address, token, body, parameters: filled, isStored: Boolean(kind) };
}

/** @param {HTMLElement} section */
function run(section) {
  const place = /** @type {HTMLElement} */ (section.querySelector(".nc-happened"));
  place.replaceChildren();
  app.notifications[section.dataset.call ?? ""](parameters(section), {
    done: (/** @type {string} */ id) => follow(place, id),
    fail: (/** @type {Notifcenter.Problem} */ problem) => place.replaceChildren(result(false, translate("undone", { why: explained(problem) }))),
  });
  if (section.dataset.rest === "popups") place.replaceChildren(result(true, translate("shown")));
}

/**
 * Watch the channels until each has an end, or half a minute is over.
 * @param {HTMLElement} place @param {string} id
 */
async function follow(place, id) {
  for (let round = 0; round < FOLLOW_ROUNDS; round += 1) {
    /** @type {{results: NC.DeliveryLine[]}} */
    const { results } = await call("GET", `inbox/${id}/deliveries/`).catch(() => ({ results: [] }));
    place.replaceChildren(result(true, translate("added", { id })), make("dl", {}, ...results.flatMap(deliveryLine)));
    if (results.length && results.every((row) => FINAL_STATES.includes(row.state))) return;
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}

/** @param {NC.DeliveryLine} line */
function deliveryLine({ channel, label, state, reason }) {
  const outcome = translate(state === "failed" ? "missed" : state);
  return [make("dt", {}, label ?? channel), make("dd", { "data-ok": String(state === "sent") }, reason ? `${outcome}: ${reason}` : outcome)];
}

/** @param {boolean} isGood @param {string} text */
const result = (isGood, text) => make("div", { "data-ok": String(isGood) }, text);

/** @param {Notifcenter.Problem} problem */
const explained = ({ detail, errors = [] }) => [detail, ...errors.map((error) => `${error.pointer}: ${error.detail}`)].join(" ");

/** @param {HTMLElement} button */
function ask(button) {
  const { ask: name = "", with: argument } = button.dataset;
  const given = argument === undefined ? [] : [argument === "true" || (argument !== "false" && argument)];
  const answer = app.sdk[name](...given);
  const place = /** @type {HTMLElement} */ (document.getElementById("status-answer"));
  place.textContent = JSON.stringify(answer ?? null, null, 2);
}

/** @param {HTMLElement} button */
async function copy(button) {
  const text = button.closest(".nc-code-head")?.nextElementSibling?.textContent ?? "";
  const label = button.textContent;
  await navigator.clipboard.writeText(text);
  button.textContent = translate("copied");
  setTimeout(() => (button.textContent = label), 2000);
}

/** @param {Event} event */
function listen(event) {
  event.preventDefault();
  const code = /** @type {HTMLSelectElement} */ (document.getElementById("listen-code")).value;
  const place = /** @type {HTMLElement} */ (document.getElementById("received"));
  const isAllowed = app.widgets.list[code]?.init_once;
  place.textContent = translate(isAllowed ? "listening" : "notOnce");
  app.addNotificationCallback(code, (/** @type {NC.Item} */ data) => (place.textContent = JSON.stringify(data, null, 2)));
}
