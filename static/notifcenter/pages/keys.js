// @ts-check
/** On every page of ours: `g` and then `n` lead to the centre. By physical key, and never while one types. */
import { session } from "../shared/session.js";

const TOGETHER_MS = 1500;
let begun = 0;

addEventListener("keydown", ({ code, target, ctrlKey, altKey, metaKey, timeStamp }) => {
  const isTyping = target instanceof Element && target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]");
  if (isTyping || ctrlKey || altKey || metaKey || session.page?.centre.shortcuts === false) return;
  if (code === "KeyN" && timeStamp - begun < TOGETHER_MS) location.assign(new URL("../../inbox/", session.base));
  begun = code === "KeyG" ? timeStamp : -TOGETHER_MS;
});
