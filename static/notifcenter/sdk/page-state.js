// @ts-check
/** What the page starts with: as it was rendered, else by REST; and a user token kept fresh. */
import { call, renewToken } from "../shared/api.js";
import { emit, on } from "../shared/events.js";
import { setLocale } from "../shared/i18n.js";

const MAX_PAUSE_MS = 30_000;
const RENEW_BEFORE_MS = 60_000;
/** How long a user token is good. */
const LIFETIME_MS = 3_600_000;

/**
 * Tried until it comes; after a refusal again when the host gives a way to a fresh token.
 * @param {NC.Session} session
 */
export async function loadPage(session) {
  const renewable = keepTokenFresh(session);
  for (let pause = 1000; !session.page; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
    try {
      /** @type {NC.PageState} */
      const page = await call("GET", "me/");
      session.begin(page);
      await setLocale(page.user);
    } catch (/** @type {any} */ problem) {
      if ([401, 403].includes(problem.status)) await signedOut(renewable);
      else await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** @param {() => Promise<void>} renewable */
async function signedOut(renewable) {
  console.error("Notifcenter: nobody is signed in, or the token is no good.");
  emit("connection", "signed-out");
  do await renewable();
  while (!(await renewToken()));
}

/**
 * Ask for a fresh token a minute before the old one ends. Gives a way to wait for the host's next call of `renewToken`.
 * @param {NC.Session} session
 */
function keepTokenFresh(session) {
  /** @type {(() => void)[]} */
  let waiting = [];
  let timer = 0;
  /** @param {number} endsAt in milliseconds */
  const schedule = (endsAt) => {
    clearTimeout(timer);
    if (session.token) timer = setTimeout(renewToken, endsAt - RENEW_BEFORE_MS - Date.now());
  };
  schedule((session.page?.token_expires_at ?? 0) * 1000 || Date.now() + LIFETIME_MS);
  on("renewed", () => schedule(Date.now() + LIFETIME_MS));
  session.onRenewable = () => {
    for (const go of waiting.splice(0)) go();
    emit("renewable", {});
  };
  return () => /** @type {Promise<void>} */ (new Promise((resolve) => waiting.push(resolve)));
}
