// @ts-check
/** The search field of the page: it searches while one types. */
import { on } from "../../shared/events.js";

const PAUSE_MS = 200;
const LETTERS = /[\p{L}\p{N}]/u;

/** @param {import("./page-filter.js").PageFilter} filter */
export function equipSearch(filter) {
  const field = /** @type {HTMLInputElement} */ (document.querySelector("main [type=search]"));
  let timer = 0;
  const search = () => {
    clearTimeout(timer);
    const q = LETTERS.test(field.value) ? field.value : "";
    if (q !== (filter.value.q ?? "")) filter.change({ q }, { isTyping: true });
  };
  field.form?.addEventListener("submit", (event) => {
    event.preventDefault();
    search();
    filter.list.keyboard.focusFirst();
  });
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || field.value) return;
    filter.list.keyboard.focusFirst();
  });
  on("filtered", ({ q = "" }) => {
    if (document.activeElement !== field) field.value = q;
  });
  return field;
}
