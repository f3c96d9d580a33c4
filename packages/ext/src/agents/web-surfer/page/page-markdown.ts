import type { DomElement, DomNode, PageGlobal } from "./dom.ts";

/** Runs in a page: the whole of it as Markdown, with headings, lists, links, tables and code; what is hidden left out. */
export function pageMarkdown(): string {
  const page = globalThis as unknown as PageGlobal;
  const { document } = page;
  const MOST_CHARACTERS = 500_000;
  const SKIPPED = /^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE|HEAD|SVG|CANVAS|IFRAME|OBJECT|EMBED)$/;
  const isShown = (element: DomElement): boolean =>
    page.getComputedStyle(element)["display"] === "contents" ||
    (element.checkVisibility?.({ opacityProperty: true, visibilityProperty: true }) ?? true);
  const isBlock = (element: DomElement): boolean =>
    !/^(inline|contents)/.test(page.getComputedStyle(element)["display"] ?? "");
  const childrenOf = (element: DomElement): readonly DomNode[] => {
    const slotted = element.tagName === "SLOT" ? Array.from(element.assignedNodes?.({ flatten: true }) ?? []) : [];
    return slotted.length > 0 ? slotted : Array.from((element.shadowRoot ?? element).childNodes);
  };
  const inside = (element: DomElement, depth: number): string =>
    childrenOf(element)
      .map((child) => render(child, depth))
      .join("");
  const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim();
  const block = (text: string): string => (text.trim() === "" ? "" : `\n\n${text.trim()}\n\n`);
  let written = 0;

  const listOf = (element: DomElement, depth: number): string => {
    const lines: string[] = [];
    for (const child of Array.from(element.children)) {
      const marker = element.tagName === "OL" ? `${lines.length + 1}.` : "-";
      const text = inside(child, depth + 1)
        .trim()
        .replace(/\n{2,}/g, "\n");
      if (text !== "") lines.push(`${"  ".repeat(depth)}${marker} ${text}`);
    }
    return depth === 0 ? block(lines.join("\n")) : `\n${lines.join("\n")}\n`;
  };
  const tableOf = (element: DomElement, depth: number): string => {
    const rows: (readonly string[])[] = [];
    const walk = (part: DomElement): void => {
      for (const child of Array.from(part.children)) {
        if (child.tagName !== "TR") walk(child);
        else rows.push(Array.from(child.children).map((cell) => oneLine(inside(cell, depth)).replaceAll("|", "\\|")));
      }
    };
    walk(element);
    const width = Math.max(0, ...rows.map((row) => row.length));
    if (width === 0) return "";
    const line = (row: readonly string[]): string =>
      `| ${Array.from({ length: width }, (_, at) => row[at] ?? "").join(" | ")} |`;
    const [head = [], ...rest] = rows;
    return block([line(head), `|${" --- |".repeat(width)}`, ...rest.map(line)].join("\n"));
  };
  const linkOf = (element: DomElement, depth: number): string => {
    const text = inside(element, depth);
    const { href } = element;
    const said = oneLine(text);
    if (said === "" || typeof href !== "string" || !/^https?:/.test(href)) return text;
    return text.includes("\n") ? text : `[${said}](${href})`;
  };

  function render(node: DomNode, depth: number): string {
    if (written > MOST_CHARACTERS || depth > 200) return "";
    if (node.nodeType === 3) {
      const text = (node.textContent ?? "").replace(/\s+/g, " ");
      written += text.length;
      return text;
    }
    if (node.nodeType !== 1) return "";
    const element = node as DomElement;
    const tag = element.tagName.toUpperCase();
    if (SKIPPED.test(tag) || !isShown(element)) return "";
    const heading = /^H([1-6])$/.exec(tag);
    if (heading !== null) {
      const text = oneLine(inside(element, depth));
      return text === "" ? "" : `\n\n${"#".repeat(Number(heading[1]))} ${text}\n\n`;
    }
    switch (tag) {
      case "BR":
        return "\n";
      case "HR":
        return "\n\n---\n\n";
      case "A":
        return linkOf(element, depth);
      case "IMG": {
        const said = oneLine(element.getAttribute("alt") ?? "");
        return said === "" ? "" : `![${said}]`;
      }
      case "UL":
      case "OL":
        return listOf(element, depth);
      case "TABLE":
        return tableOf(element, depth);
      case "PRE":
        written += (element.textContent ?? "").length;
        return `\n\n\`\`\`\n${(element.textContent ?? "").trimEnd()}\n\`\`\`\n\n`;
      case "BLOCKQUOTE":
        return block(
          inside(element, depth)
            .trim()
            .split("\n")
            .map((line) => `> ${line}`)
            .join("\n"),
        );
    }
    const text = inside(element, depth);
    return isBlock(element) ? block(text) : text;
  }

  const { body } = document;
  return body === null
    ? ""
    : render(body, 0)
        .replace(/[ \t]+\n/g, "\n")
        .replace(/\n{3,}/g, "\n\n")
        .trim();
}
