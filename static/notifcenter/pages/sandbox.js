// @ts-check
/** The sandbox: parameters become code as they are typed, and each run says what became of it. */
import { make } from "../shared/dom.js";
import { call } from "../shared/api.js";
import { say } from "../shared/i18n.js";

const app = /** @type {any} */ (window).APP;
const state = /** @type {any} */ (window)[Symbol.for("notifcenter")];
const FINAL = ["sent", "failed", "expired", "skipped", "digest"];

for (const section of document.querySelectorAll("[data-call]")) prepare(/** @type {HTMLElement} */ (section));
for (const button of document.querySelectorAll("[data-ask]")) button.addEventListener("click", () => ask(/** @type {HTMLElement} */ (button)));
for (const button of document.querySelectorAll("[data-copy]")) button.addEventListener("click", () => copy(/** @type {HTMLElement} */ (button)));
document.getElementById("listen")?.addEventListener("submit", listen);

function prepare(section) {
  const form = /** @type {HTMLFormElement} */ (section.querySelector("form"));
  const write = () => {
    for (const pre of section.querySelectorAll("pre")) pre.textContent = pre.dataset.code === "js" ? script(section) : curl(section);
  };
  form.addEventListener("input", write);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(section);
  });
  write();
}

/** The parameters as typed; empty ones are left away. */
function parameters(section) {
  /** @type {any} */
  const found = {};
  for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (section.querySelectorAll("[name]"))) {
    const path = field.name.split(".");
    const last = path.pop() ?? "";
    const value = field.type === "number" || (last === "date" && /^\d+$/.test(field.value)) ? Number(field.value) : field.value;
    if (field.value !== "") path.reduce((at, name) => (at[name] ??= {}), found)[last] = value;
  }
  if (!found.element?.id) delete found.element;
  return found;
}

function script(section) {
  const { call: name = "", rest } = section.dataset;
  const callbacks = rest === "notifications" ? ", {\n  done: (id) => console.log(id),\n  fail: (problem) => console.warn(problem),\n}" : "";
  return `APP.notifications.${name}(${JSON.stringify(parameters(section), null, 2)}${callbacks});`;
}

function curl(section) {
  const { call: method, kind, rest } = section.dataset;
  const recipients = [state.page.user.login];
  const body = kind ? { kind, recipients, ...parameters(section) } : { method, recipients, params: parameters(section) };
  const quoted = JSON.stringify(body, null, 2).replaceAll("'", "'\\''");
  return `curl ${new URL(`/api/v1/${rest}/`, location.href)} \\\n  -H "Authorization: Bearer $TOKEN" \\\n  -H "Content-Type: application/json" \\\n  -d '${quoted}'`;
}

function run(section) {
  const place = /** @type {HTMLElement} */ (section.querySelector(".happened"));
  place.replaceChildren();
  app.notifications[section.dataset.call ?? ""](parameters(section), {
    done: (id) => follow(place, id),
    fail: (problem) => place.replaceChildren(fact(false, say("undone", { why: told(problem) }))),
  });
  if (section.dataset.rest === "popups") place.replaceChildren(fact(true, say("shown")));
}

/** Watch the channels until each has an end, or half a minute is over. */
async function follow(place, id) {
  for (let round = 0; round < 15; round += 1) {
    const { results } = await call("GET", `inbox/${id}/deliveries/`).catch(() => ({ results: [] }));
    place.replaceChildren(fact(true, say("added", { id })), make("dl", {}, ...results.flatMap(line)));
    if (results.length && results.every((row) => FINAL.includes(row.state))) return;
    await new Promise((go) => setTimeout(go, 2000));
  }
}

function line({ channel, label, state: now, reason }) {
  const word = say(now === "failed" ? "missed" : now);
  return [make("dt", {}, label ?? channel), make("dd", { "data-ok": String(now === "sent") }, reason ? `${word}: ${reason}` : word)];
}

const fact = (isGood, text) => make("div", { "data-ok": String(isGood) }, text);

const told = (problem) => [problem.detail, ...(problem.errors ?? []).map((error) => `${error.pointer}: ${error.detail}`)].join(" ");

function ask(button) {
  const { ask: name = "", with: argument } = button.dataset;
  const given = argument === undefined ? [] : [argument === "true" || (argument !== "false" && argument)];
  const answer = app.sdk[name](...given);
  const place = /** @type {HTMLElement} */ (document.getElementById("asked"));
  place.textContent = JSON.stringify(answer ?? null, null, 2);
}

async function copy(button) {
  const text = button.closest(".code-head")?.nextElementSibling?.textContent ?? "";
  const label = button.textContent;
  await navigator.clipboard.writeText(text);
  button.textContent = say("copied");
  setTimeout(() => (button.textContent = label), 2000);
}

function listen(event) {
  event.preventDefault();
  const code = /** @type {HTMLSelectElement} */ (document.getElementById("listen-code")).value;
  const place = /** @type {HTMLElement} */ (document.getElementById("heard"));
  const isAllowed = app.widgets.list[code]?.init_once;
  place.textContent = say(isAllowed ? "listening" : "notOnce");
  app.addNotificationCallback(code, (data) => (place.textContent = JSON.stringify(data, null, 2)));
}
