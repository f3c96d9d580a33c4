/** Characters that a page has at least. */
const PAGE_SIZE = 5120;

/** Cuts a text into pages: each has 5120 characters, and goes on to the next blank; an empty text is one page. */
export function splitPages(text: string): readonly string[] {
  const pages: string[] = [];
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + PAGE_SIZE, text.length);
    while (end < text.length && !/\s/.test(text[end - 1] ?? "")) end += 1;
    pages.push(text.slice(start, end));
    start = end;
  }
  return pages.length === 0 ? [""] : pages;
}
