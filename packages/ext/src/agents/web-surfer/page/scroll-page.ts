/** Runs in a page: scrolls by the height of the viewport but for 50 pixels, up or down. */
export function scrollPage(direction: number): void {
  const page = globalThis as unknown as { readonly innerHeight: number; scrollBy(x: number, y: number): void };
  page.scrollBy(0, direction * (page.innerHeight - 50));
}
