// @ts-check
/** What the centre draws, as paths in a square of 24. */
export const ICONS = {
  check: "M5 12.5l4.500 4.500L19 7.500",
  back: "M9 6 4 11l5 5M4 11h9a6 6 0 0 1 6 6v1",
  pin: "M9 4h6l-1 6 3 3v2H7v-2l3-3zM12 15v5",
  clock: "M12 3a9 9 0 1 0 .1 0zM12 7.500V12l3 2",
  read: "M4 9l8-5 8 5v10H4zM4 10l8 5 8-5",
  unread: "M4 6h16v12H4zM4 8l8 5 8-5",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  details: "M12 3a9 9 0 1 0 .1 0zM12 11v5M12 7.800v.1",
  dots: "M6 12h.1M12 12h.1M18 12h.1",
  copy: "M9 9h10v11H9zM5 15V4h10",
};
