// @ts-check
/** What widgets pass, in all its wild shapes, turned into the contract's fields; a bad extra is left away with a warning. */
import { problem } from "./api.js";
import { actions, color, date, duration, element, image, life, link, timeout, warn } from "./widget-extras.js";
import { isVisible, line, prose, shows } from "./widget-text.js";

const MAX_HEADER = 255;
/** Without these there is nothing to say; all else is an extra. */
const ESSENTIAL = ["kind", "text"];

/** @typedef {Record<string, any>} Parameters */

/**
 * The fields of the three `show_*`, and of `add_alert`. Throws a problem.
 * @param {string} method @param {unknown} params @returns {NC.ShownFields}
 */
export function shownFields(method, params) {
  const given = unwrapped(params);
  const [header, text] = [line(given.header, MAX_HEADER), prose(given.text)];
  if (!isVisible(header) && !shows(text)) throw refused(method, ["header", "text"]);
  if (method !== "add_alert" && (!header || !text)) warn(method, `${header ? "text" : "header"} is missing`);
  return {
    kind: kindOf(method, given.type),
    header,
    text,
    date: date(method, given.date),
    icon: image(method, given.icon),
    link: link(method, "link", given.link),
    timeout: timeout(method, given.timeout),
    color: color(method, given.color),
  };
}

/**
 * The body of `POST me/notifications/` for `add_call` and `add_error`. Throws a problem.
 * @param {string} method @param {unknown} params
 */
export function addedFields(method, params) {
  const given = unwrapped(params);
  const text = prose(given.text);
  if (!shows(text)) throw refused(method, ["text"]);
  const isCall = method !== "add_error";
  return present({
    kind: isCall ? "call" : "error",
    text,
    header: line(given.header, MAX_HEADER),
    date: date(method, given.date),
    link: link(method, "link", given.link),
    widget_code: line(given.widget_code, MAX_HEADER),
    ...life(method, given),
    actions: actions(method, given.actions),
    ...(isCall ? callFields(method, given) : {}),
  });
}

/**
 * The same of `update`, whatever the kind of what it changes: the server says which fields do not fit.
 * @param {unknown} params
 */
export function updatedFields(params) {
  const { kind, ...fields } = addedFields("update", params);
  return fields;
}

/**
 * Send them, without the extras that the server refused. Throws a refusal that is about something else.
 * @template Answer
 * @param {string} method @param {Parameters} fields @param {(fields: Parameters) => Promise<Answer>} send
 */
export async function sendWithoutRefused(method, fields, send) {
  return send(fields).catch((refusal) => send(withoutRefused(method, fields, refusal)));
}

/** @param {string} method @param {Parameters} fields @param {Notifcenter.Problem} refusal */
function withoutRefused(method, fields, refusal) {
  const names = new Set((refusal.errors ?? []).map(({ pointer }) => pointer.split("/")[1] ?? ""));
  if (refusal.status !== 400 || !names.size || ![...names].every((name) => name in fields && !ESSENTIAL.includes(name))) throw refusal;
  for (const name of names) warn(method, `${name} cannot be used; it is left away`);
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name)));
}

/** @param {string} method @param {Parameters} given */
function callFields(method, given) {
  return {
    from: line(given.from, MAX_HEADER),
    to: line(given.to, MAX_HEADER),
    click_link: link(method, "click_link", given.click_link),
    duration: duration(method, given.duration),
    element: element(method, given.element),
  };
}

/** @param {string} method @param {unknown} type @returns {NC.View["kind"]} */
function kindOf(method, type) {
  if (method === "show_message_error") return "error";
  return method === "show_notification" && (type === "call" || type === "error") ? type : "message";
}

/**
 * A bare string is a text; a text of the form {header, text} is both, where no header stands beside it.
 * @param {unknown} params @returns {Parameters}
 */
function unwrapped(params) {
  if (typeof params === "string") return { text: params };
  const given = /** @type {Parameters} */ (params !== null && typeof params === "object" ? params : {});
  const inner = given.text;
  const isBoth = inner !== null && typeof inner === "object" && ("header" in inner || "text" in inner);
  return isBoth ? { ...given, header: line(given.header, MAX_HEADER) || inner.header, text: inner.text } : given;
}

/** @param {Parameters} fields */
const present = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ""));

/** @param {string} method @param {string[]} names */
function refused(method, names) {
  const errors = names.map((name) => ({ pointer: `/${name}`, detail: "This field is required." }));
  return problem(400, "Bad Request", `${method} needs ${names.join(" or ")}.`, errors);
}
