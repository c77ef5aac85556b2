// @ts-check
/** The inbox page: the list of the centre on a whole page, with search, filters and many at once. */
import { InboxList } from "../centre/inbox-list.js";
import { mayBeShortcut } from "../centre/keys/keyboard.js";
import { toggleKeysHelp } from "../centre/keys/help.js";
import { filterOf } from "../centre/filter.js";
import { make, targetOf } from "../shared/dom.js";
import { addCentreWords } from "../shared/i18n.js";
import { session } from "../shared/session.js";
import { filterChips } from "./inbox/chips.js";
import { Counts } from "./inbox/counts.js";
import { PageFilter } from "./inbox/page-filter.js";
import { equipSearch } from "./inbox/search.js";
import { selectionBar } from "./inbox/selection-bar.js";
import { viewTabs } from "./inbox/views.js";

if (session.feed) begin();
else addEventListener("notifcenter-ready", begin, { once: true });

async function begin() {
  await addCentreWords();
  const feed = /** @type {NC.Feed} */ (session.feed);
  const place = /** @type {HTMLElement} */ (document.getElementById("inbox"));
  const root = make("div", { class: "nc-page" });
  const list = new InboxList(root, { scroller: null, isSelectable: true });
  const filter = new PageFilter(list);
  const counts = new Counts(list);
  const search = equipSearch(filter);
  list.showConnection(feed.connection());
  place.classList.toggle("nc-comfortable", feed.page.centre.density === "comfortable");
  place.replaceChildren(viewTabs(filter, feed.page.centre.views), filterChips(filter, counts, feed.page.widgets), root);
  root.prepend(selectionBar(list, counts));
  document.addEventListener("keydown", (event) => onKey(event, list, search));
  const keys = /** @type {HTMLElement} */ (document.querySelector(".nc-keys-button"));
  keys.addEventListener("click", toggleKeysHelp);
  keys.hidden = false;
  list.show(filterOf(location.search));
  filter.changed();
}

/**
 * Keys in the panel, in menus and popups are theirs.
 * @param {KeyboardEvent} event @param {InboxList} list @param {HTMLInputElement} search
 */
function onKey(event, list, search) {
  if (event.defaultPrevented || targetOf(event).closest(".nc-panel, .nc-menu, #popups_inbox")) return;
  const special = mayBeShortcut(event) && { "/": () => search.select(), "?": toggleKeysHelp }[event.key];
  if (!special) return list.keyboard.press(event);
  event.preventDefault();
  special();
}
