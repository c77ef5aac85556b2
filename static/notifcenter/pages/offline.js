// The page that stands in for another one: it goes back to that one with the network.
window.addEventListener("online", () => window.location.reload());
document.querySelector("a").addEventListener("click", (event) => {
  event.preventDefault();
  window.location.reload();
});
