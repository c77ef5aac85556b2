// @ts-check
/** What the SDK's entry shares with the modules. */
export const session = /** @type {NC.Session} */ (Reflect.get(window, Symbol.for("notifcenter")));
