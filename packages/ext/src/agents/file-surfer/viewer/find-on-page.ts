/** Words of a query that are looked for; the rest is left out. */
const MOST_WORDS = 30;

/**
 * The page with the next match of a query, counted from 0, from `from` on and around the end; `undefined` where there is
 * none. Whole words are compared, in any case; `*` stands for letters and digits.
 */
export function findOnPage(pages: readonly string[], query: string, from: number): number | undefined {
  const pattern = queryPattern(query);
  if (pattern === undefined) return undefined;
  for (let step = 0; step < pages.length; step += 1) {
    const page = (from + step) % pages.length;
    if (pattern.test(pages[page] ?? "")) return page;
  }
  return undefined;
}

function queryPattern(query: string): RegExp | undefined {
  const words = query
    .normalize()
    .split(/[^\p{L}\p{N}_*]+/u)
    .filter((word) => /[\p{L}\p{N}_]/u.test(word))
    .slice(0, MOST_WORDS)
    .map((word) => word.replace(/\*+/g, String.raw`[\p{L}\p{N}_]*`));
  if (words.length === 0) return undefined;
  const between = String.raw`[^\p{L}\p{N}_]+`;
  return new RegExp(String.raw`(?<![\p{L}\p{N}_])${words.join(between)}(?![\p{L}\p{N}_])`, "iu");
}
