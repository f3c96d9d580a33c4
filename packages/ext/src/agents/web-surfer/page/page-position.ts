import type { DomElement, DomNode, DomRoot, PageGlobal } from "./dom.ts";

/** Runs in a page: where the viewport is. */
export function visualViewport(): object {
  const { document, visualViewport: viewport } = globalThis as unknown as PageGlobal;
  const names = ["height", "width", "offsetLeft", "offsetTop", "pageLeft", "pageTop", "scale"];
  const { documentElement: root } = document;
  const sizes = root as unknown as Readonly<Record<string, number>> | null;
  return Object.fromEntries([
    ...names.map((name) => [name, viewport?.[name] ?? 0]),
    ...["clientWidth", "clientHeight", "scrollWidth", "scrollHeight"].map((name) => [name, sizes?.[name] ?? 0]),
  ]);
}

/** Runs in a page: the id of the marked element that has the focus, or is around it; null where none is. */
export function focusedElement(): string | null {
  const { document } = globalThis as unknown as PageGlobal;
  let node: DomNode | null = document.activeElement;
  while ((node as DomElement | null)?.shadowRoot?.activeElement) {
    node = (node as DomElement).shadowRoot?.activeElement ?? null;
  }
  while (node !== null) {
    const mark = node.nodeType === 1 ? (node as DomElement).getAttribute("__elementId") : null;
    if (mark !== null) return mark;
    node = node.parentNode ?? (node as DomRoot).host ?? null;
  }
  return null;
}
