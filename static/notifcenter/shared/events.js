// @ts-check
/** What happens on this page, told to whoever asked to hear it. */

/** @type {Map<string, Set<(what: any) => void>>} */
const ears = new Map();

export function on(name, hear) {
  ears.set(name, (ears.get(name) ?? new Set()).add(hear));
}

export function tell(name, what) {
  for (const hear of ears.get(name) ?? []) attempt(() => hear(what));
}

/** Run what others wrote: its errors go to the console and nowhere else. */
export function attempt(action) {
  try {
    Promise.resolve(action()).catch(report);
  } catch (error) {
    report(error);
  }
}

function report(error) {
  console.error("Notifcenter:", error);
}
