import type { DomElement, DomNode, PageGlobal } from "./dom.ts";

/**
 * Runs in a page: the text in the viewport, a line for each block, without blank lines. What cannot be seen, because it is
 * transparent or hidden, is left out: it is no text for people.
 */
export function visibleText(): string {
  const page = globalThis as unknown as PageGlobal;
  const { document } = page;
  const MOST_CHARACTERS = 50_000;
  const isShown = (element: DomElement): boolean =>
    element.checkVisibility?.({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true }) ?? true;
  let text = "";

  const addText = (node: DomNode): void => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const inView = Array.from(range.getClientRects()).some(
      ({ width, height, top, bottom, left, right }) =>
        width > 0 && height > 0 && bottom >= 0 && right >= 0 && top <= page.innerHeight && left <= page.innerWidth,
    );
    if (inView) text += (node.textContent ?? "").replace(/\s+/g, " ");
  };
  const displayOf = (element: DomElement): string => page.getComputedStyle(element)["display"] ?? "";
  const walk = (node: DomNode): void => {
    if (text.length > MOST_CHARACTERS) return;
    if (node.nodeType === 3) addText(node);
    if (node.nodeType !== 1) return;
    const element = node as DomElement;
    if (/^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE)$/.test(element.tagName)) return;
    const display = displayOf(element);
    if (display !== "contents" && !isShown(element)) return;
    const slotted = element.tagName === "SLOT" ? Array.from(element.assignedNodes?.({ flatten: true }) ?? []) : [];
    const inside = slotted.length > 0 ? slotted : Array.from((element.shadowRoot ?? element).childNodes);
    const between = display.startsWith("inline-") ? " " : "\n";
    const isApart = element.tagName === "BR" || !(display === "inline" || display === "contents");
    if (isApart) text += between;
    for (const child of inside) walk(child);
    if (isApart) text += between;
  };
  if (document.body !== null) walk(document.body);
  return text
    .split("\n")
    .map((line) => line.replace(/ {2,}/g, " ").trim())
    .filter((line) => line !== "")
    .join("\n");
}
