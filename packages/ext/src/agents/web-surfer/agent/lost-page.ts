/** What the state of a surfer cannot hold: another process opens the page anew, at its address. */
export const NOT_KEPT: readonly string[] = [
  "what was typed and chosen on the page, and what it has become since it was opened",
  "how far it was scrolled",
  "the pages before it, and other windows",
  "cookies and log-ins",
];

/** How that is told where it has happened. */
export const PAGE_IS_NEW: string =
  "The browser was started anew since I had looked, and the page was opened again at its address: what had been typed on " +
  "it, its history and its cookies are gone.";
