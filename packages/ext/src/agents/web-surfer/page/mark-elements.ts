import type { DomElement, DomNode, DomRect, DomRoot, PageGlobal } from "./dom.ts";

/** What {@link markElements} is told. */
export type MarkRequest = {
  /** The highest id that is given away already. */
  readonly highest: number;
  /** Whether a document without marks counts from 10 anew: the page's own, not that of a frame in it. */
  readonly restart: boolean;
};

/**
 * Runs in a page: gives every element that one can interact with a number, in the attribute `__elementId`, and says what
 * each is. Elements are found as AutoGen finds them, in open shadow roots too.
 */
export function markElements({ highest, restart }: MarkRequest): object {
  const page = globalThis as unknown as PageGlobal;
  const { document } = page;
  const MARK = "__elementId";
  const MOST_ELEMENTS = 20_000;
  const MOST_MARKS = 2000;
  const NATIVE =
    "input, select, textarea, button, [href], [onclick], [contenteditable], [tabindex]:not([tabindex='-1'])";
  const ROLES = new Set(
    (
      "scrollbar searchbox slider spinbutton switch tab treeitem button checkbox gridcell link menuitem " +
      "menuitemcheckbox menuitemradio option progressbar radio textbox combobox menu tree treegrid grid listbox " +
      "radiogroup widget"
    ).split(" "),
  );
  const INERT_CURSORS = new Set(["auto", "default", "none", "text", "vertical-text", "not-allowed", "no-drop"]);
  const ROLE_OF_TAG: Readonly<Record<string, string>> = {
    a: "link",
    area: "link",
    button: "button",
    option: "option",
    search: "search",
    select: "combobox",
    textarea: "textbox",
  };
  const ROLE_OF_INPUT: Readonly<Record<string, string>> = {
    button: "button",
    checkbox: "checkbox",
    email: "textbox",
    number: "spinbutton",
    radio: "radio",
    range: "slider",
    reset: "button",
    search: "searchbox",
    submit: "button",
    tel: "textbox",
    text: "textbox",
    url: "textbox",
  };

  const all: DomElement[] = [];
  const collect = (root: DomRoot): void => {
    for (const element of Array.from(root.querySelectorAll("*"))) {
      if (all.length >= MOST_ELEMENTS) return;
      all.push(element);
      if (element.shadowRoot !== null) collect(element.shadowRoot);
    }
  };
  collect(document);

  const cursors = new Map<DomElement, string>();
  const cursorOf = (element: DomElement): string => {
    let cursor = cursors.get(element);
    if (cursor === undefined) {
      cursor = page.getComputedStyle(element)["cursor"] ?? "auto";
      cursors.set(element, cursor);
    }
    return cursor;
  };
  /** The outermost element of those around this one that show its cursor. */
  const outermost = (element: DomElement): DomElement => {
    const cursor = cursorOf(element);
    let outer = element;
    while (outer.parentElement !== null && cursorOf(outer.parentElement) === cursor) outer = outer.parentElement;
    return outer;
  };

  const chosen = new Set<DomElement>();
  for (const element of all) {
    if (element.matches(NATIVE) || ROLES.has(element.getAttribute("role") ?? "")) chosen.add(element);
    else if (!INERT_CURSORS.has(cursorOf(element))) chosen.add(outermost(element));
  }

  // A page may write such numbers itself: what is no number, too large or there twice is numbered anew.
  const taken = new Map<number, DomElement>();
  for (const element of all) {
    const text = element.getAttribute(MARK) ?? "";
    const id = /^[1-9]\d{1,4}$/.test(text) ? Number(text) : 0;
    if (id >= 10 && !taken.has(id)) taken.set(id, element);
  }
  let last = restart && taken.size === 0 ? 9 : Math.max(highest, 9, ...taken.keys());
  const idOf = new Map<DomElement, number>();
  for (const [id, element] of taken) idOf.set(element, id);
  // In the order of the document, whichever way an element was found.
  for (const element of all) {
    if (!chosen.has(element) || idOf.has(element) || idOf.size >= MOST_MARKS) continue;
    last += 1;
    idOf.set(element, last);
    element.setAttribute(MARK, String(last));
  }

  const hitAt = (x: number, y: number): DomElement | null => {
    let hit = document.elementFromPoint(x, y);
    while (hit?.shadowRoot) {
      const inner: DomElement | null = hit.shadowRoot.elementFromPoint(x, y);
      if (inner === null || inner === hit) break;
      hit = inner;
    }
    return hit;
  };
  const parentOf = (node: DomNode): DomNode | null => node.parentNode ?? (node as DomRoot).host ?? null;
  /** Whether the element, or what is in it, is what one would hit. What is out of view counts as met. */
  const isOnTop = (element: DomElement, { left, top, width, height }: DomRect): boolean => {
    let hit: DomNode | null = hitAt(left + width / 2, top + height / 2);
    if (hit === null) return true;
    while (hit !== null && hit !== element) hit = parentOf(hit);
    return hit === element;
  };

  const textIn = (element: DomElement | null | undefined): string => (element?.innerText ?? "").trim();
  const nameOf = (element: DomElement): string => {
    const labelledBy = element.getAttribute("aria-labelledby");
    if (labelledBy !== null) {
      const root = element.getRootNode() as DomRoot;
      return labelledBy
        .split(/\s+/)
        .map((id) => textIn(root.getElementById(id)))
        .join(" ")
        .trim();
    }
    const own = element.getAttribute("aria-label");
    if (own !== null) return own;
    const labels = Array.from(element.labels ?? [])
      .map((label) => textIn(label))
      .join(" ")
      .trim();
    if (labels !== "") return labels;
    for (const name of ["alt", "title"]) {
      const value = element.getAttribute(name);
      if (value !== null) return value;
    }
    const text = textIn(element);
    if (text !== "") return text;
    const isButton = element.matches("input[type=button], input[type=submit], input[type=reset]");
    return (isButton ? element.getAttribute("value") : element.getAttribute("placeholder")) ?? "";
  };

  const elements: object[] = [];
  for (const element of all) {
    const id = idOf.get(element);
    if (id === undefined) continue;
    const rects = Array.from(element.getClientRects())
      .filter((rect) => isOnTop(element, rect))
      .map(({ left, top, right, bottom }) => ({ left, top, right, bottom }));
    if (rects.length === 0) continue;
    const tag = element.tagName.toLowerCase();
    const type = tag === "input" ? (element.getAttribute("type") ?? "").toLowerCase() : "";
    const ofTag = tag === "input" ? ROLE_OF_INPUT[type === "" ? "text" : type] : ROLE_OF_TAG[tag];
    const editable = element.matches("[contenteditable]:not([contenteditable=false])") ? "textbox" : "";
    elements.push({
      id,
      tag_name: type === "" ? tag : `${tag}, type=${type}`,
      role: element.getAttribute("role") ?? ofTag ?? editable,
      name: nameOf(element),
      v_scrollable: element.scrollHeight - element.clientHeight >= 1,
      scroll_top: element.scrollTop,
      rects,
    });
  }
  return { highest: last, elements };
}
