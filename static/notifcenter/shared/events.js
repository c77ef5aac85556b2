// @ts-check
/** Events within this page. */

/** @type {Map<string, Set<any>>} */
const listeners = new Map();

/** @type {NC.On} */
export const on = (name, listener) => void listeners.set(name, (listeners.get(name) ?? new Set()).add(listener));

/** @type {NC.Emit} */
export const emit = (name, detail) => listeners.get(name)?.forEach((listener) => guard(() => listener(detail)));

/**
 * Run what others wrote: its errors go to the console and nowhere else.
 * @param {() => unknown} action
 */
export function guard(action) {
  try {
    Promise.resolve(action()).catch(report);
  } catch (error) {
    report(error);
  }
}

/** @param {unknown} error */
function report(error) {
  console.error("Notifcenter:", error);
}
