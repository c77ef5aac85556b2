// @ts-check
/** The panel's place: by its bell, to the side where there is room, and beside the popups, never under them. */

const GAP = 8;
const MIN_HEIGHT = 160;
/** What the panel keeps of the height of a small screen. */
const PANEL_SHARE = 0.45;

/**
 * Put the panel where it belongs.
 * @param {HTMLElement} panel @param {Element} bell
 */
export function placePanel(panel, bell) {
  const { clientWidth: width, clientHeight: height } = document.documentElement;
  const { top, bottom, left, right } = bell.getBoundingClientRect();
  panel.style.maxHeight = "";
  const x = right - panel.offsetWidth >= GAP ? right - panel.offsetWidth : left;
  const isBelow = height - bottom >= Math.min(panel.offsetHeight + 2 * GAP, top);
  const y = isBelow ? bottom + GAP : top - GAP - panel.offsetHeight;
  panel.style.left = `${clamp(x, width - panel.offsetWidth - GAP)}px`;
  panel.style.top = `${clamp(y, height - MIN_HEIGHT)}px`;
  const room = height - panel.getBoundingClientRect().top - GAP;
  if (panel.offsetHeight > room) panel.style.maxHeight = `${Math.round(room)}px`;
  stepAside(panel, width, height);
}

/** Give the popups their place back. */
export function leavePopups() {
  for (const name of ["left", "top", "bottom", "--nc-room"]) corner()?.style.removeProperty(name);
}

const corner = () => document.getElementById("popups_inbox");

/** @param {number} at @param {number} most */
const clamp = (at, most) => Math.round(Math.max(GAP, Math.min(at, most)));

/**
 * The popups move beside the panel; where there is no room, the panel ends above them, and they scroll.
 * @param {HTMLElement} panel @param {number} width @param {number} height
 */
function stepAside(panel, width, height) {
  const popups = corner();
  if (!popups) return;
  leavePopups();
  const stack = popups.getBoundingClientRect();
  const { left, right, top } = panel.getBoundingClientRect();
  if (!stack.height || stack.left >= right || stack.right <= left) return;
  const beside = [right + GAP, left - GAP - stack.width].find((x) => x >= GAP && x + stack.width <= width - GAP);
  if (beside !== undefined) return void (popups.style.left = `${Math.round(beside)}px`);
  popups.style.top = "auto";
  popups.style.bottom = `${2 * GAP}px`;
  const end = Math.max(height - stack.height - 3 * GAP, top + Math.max(MIN_HEIGHT, height * PANEL_SHARE));
  panel.style.maxHeight = `${Math.round(end - top)}px`;
  popups.style.setProperty("--nc-room", `${Math.round(height - end - (popups.querySelector(".nc-more:not([hidden])") ? 64 : 16))}px`);
}
