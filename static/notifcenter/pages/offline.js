// @ts-check
/** The page that stands in for another one: it goes back to that one with the network. */
addEventListener("online", () => location.reload());
document.querySelector("a")?.addEventListener("click", (event) => {
  event.preventDefault();
  location.reload();
});
