// @ts-check
/** What our own scripts and styles look for; the server has the same list in `our_markup.py`. */
const HOOKS = new Set(["notification__item", "notification-inner", "popup-inbox"]);
const DATA = new Set(
  `data-action data-actions-icnt data-ask data-at data-call data-code data-copy data-daily data-device data-dirty data-failed
  data-id data-kind data-later data-notifcenter-bell data-ok data-page data-part data-provider data-push data-rest
  data-saved data-state data-token data-unreachable data-unsaved data-user data-with`.split(/\s+/),
);

/** @param {string} name of a class */
export function isOurClass(name) {
  const folded = name.toLowerCase();
  return folded.startsWith("nc-") || HOOKS.has(folded);
}

/** @param {string} name of an attribute */
export const isOurData = (name) => name.startsWith("data-nc-") || DATA.has(name);
