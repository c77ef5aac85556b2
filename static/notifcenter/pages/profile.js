// @ts-check
/** The profile page made handier: saved in place, asks before unsaved changes are lost. Without it the page is a plain form. */
import { targetOf } from "../shared/dom.js";
import { SCRIPT_HEADERS, parsePart } from "./html-part.js";

const form = /** @type {HTMLFormElement} */ (document.getElementById("profile"));
const bar = /** @type {HTMLElement} */ (document.getElementById("save-bar"));
const button = /** @type {HTMLButtonElement} */ (bar.querySelector("button"));
const status = /** @type {HTMLElement} */ (document.getElementById("save-status"));
const matrix = /** @type {HTMLFieldSetElement} */ (document.getElementById("matrix"));
const address = /** @type {HTMLInputElement} */ (form.elements.namedItem("email"));
const passwordField = document.getElementById("password-field");
const master = /** @type {HTMLInputElement} */ (form.elements.namedItem("receive_notifications"));

let saved = "";
let saving = false;

/** Everything the form would send, the greyed matrix too. */
function values() {
  matrix.disabled = false;
  const data = new FormData(form);
  matrix.disabled = !master.checked;
  return data;
}

/** The values as one comparable text; the CSRF token and the password are no choices. */
function snapshot() {
  const data = values();
  for (const name of ["csrfmiddlewaretoken", "password"]) data.delete(name);
  return JSON.stringify([...data]);
}

const isDirty = () => snapshot() !== saved;

function refresh() {
  const dirty = isDirty();
  button.disabled = !dirty || saving;
  bar.dataset.dirty = String(dirty);
  status.textContent = dirty ? bar.dataset.unsaved ?? "" : "";
  askPassword();
}

/** Shows the field of the password where the address is another one. */
function askPassword() {
  if (passwordField) passwordField.hidden = address.value === address.defaultValue;
}

async function save() {
  const sent = snapshot();
  saving = true;
  button.disabled = true;
  try {
    const response = await fetch(form.action, { method: "POST", body: values(), headers: SCRIPT_HEADERS });
    if (response.status === 429) return showStatus("later");
    const { errors, reload } = await response.json();
    mark(errors ?? {});
    if (!response.ok) return showStatus("failed");
    saved = sent;
    if (reload) return location.reload();
    showStatus(isDirty() ? "unsaved" : "saved");
  } catch {
    showStatus("unreachable");
  } finally {
    saving = false;
    button.disabled = !isDirty();
    bar.dataset.dirty = String(isDirty());
  }
}

/** @param {"saved" | "unsaved" | "failed" | "later" | "unreachable"} name of the words that the page has ready */
function showStatus(name) {
  status.textContent = bar.dataset[name] ?? "";
}

/**
 * Shows beside each field what is wrong with it.
 * @param {Record<string, string[]>} errors
 */
function mark(errors) {
  document.querySelectorAll(".nc-errors").forEach((list) => list.remove());
  for (const field of form.elements) {
    const wrong = errors[/** @type {HTMLInputElement} */ (field).name];
    field.removeAttribute("aria-invalid");
    if (!wrong) continue;
    field.setAttribute("aria-invalid", "true");
    field.after(errorList(wrong));
  }
}

/** @param {string[]} sentences */
function errorList(sentences) {
  const list = document.createElement("ul");
  list.className = "nc-errors";
  list.append(...sentences.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence })));
  return list;
}

/**
 * Puts a part of the page, as the server renders it, into its place.
 * @param {HTMLElement} place @param {Response} response
 */
async function show(place, response) {
  const part = await parsePart(response);
  place.replaceChildren(...(response.ok ? part.body.childNodes : [bar.dataset.unreachable ?? ""]));
}

const outcomeForm = /** @type {HTMLFormElement} */ (document.getElementById("outcome-form"));
const outcome = /** @type {HTMLElement} */ (document.getElementById("outcome"));

async function showOutcome() {
  const query = new URLSearchParams(/** @type {any} */ (new FormData(outcomeForm)));
  await show(outcome, await fetch(`${outcomeForm.dataset.part}?${query}`));
}

const test = /** @type {HTMLElement} */ (document.getElementById("test"));
const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
let latestTest = 0;

/**
 * Sends a test and follows it until every channel is done, for half a minute at most.
 * @param {HTMLFormElement} sender
 */
async function sendTest(sender) {
  const number = ++latestTest;
  const options = { method: "POST", body: new FormData(sender), headers: SCRIPT_HEADERS };
  await show(test, await fetch(sender.action, options));
  for (let tries = 0; tries < 30 && number === latestTest && test.querySelector('[data-state="pending"]'); tries++) {
    await pause(1000);
    const part = test.querySelector("[data-part]")?.getAttribute("data-part");
    if (part && number === latestTest) await show(test, await fetch(part));
  }
}

/**
 * Runs what a form stands for in place of sending it.
 * @param {HTMLFormElement} element @param {() => Promise<void>} run
 */
function instead(element, run) {
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    run().catch(() => showStatus("unreachable"));
  });
}

saved = snapshot();
askPassword();
button.disabled = true;
document.addEventListener("input", (event) => {
  if (/** @type {HTMLInputElement} */ (targetOf(event)).form === form) refresh();
});
addEventListener("beforeunload", (event) => {
  if (isDirty()) event.preventDefault();
});
instead(form, save);
instead(outcomeForm, showOutcome);
document.querySelectorAll(".nc-test-form").forEach((sender) => {
  const element = /** @type {HTMLFormElement} */ (sender);
  instead(element, () => sendTest(element));
});
