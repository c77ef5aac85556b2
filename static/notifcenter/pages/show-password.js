// @ts-check
/** A box beside fields of passwords that shows what is typed; without JavaScript there is none. */

for (const label of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".nc-show-password"))) {
  const box = /** @type {HTMLInputElement} */ (label.querySelector("input"));
  const fields = /** @type {NodeListOf<HTMLInputElement>} */ (label.closest("form, section")?.querySelectorAll("input[type=password]"));
  const show = () => fields.forEach((field) => (field.type = box.checked ? "text" : "password"));
  label.hidden = false;
  box.checked = false;
  box.addEventListener("change", show);
  /** Browsers offer to store only what was typed into a field of a password. */
  document.addEventListener("submit", () => {
    box.checked = false;
    show();
  });
}
