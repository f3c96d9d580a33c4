import type TurndownService from "turndown";
import { orSayWhatIsMissing } from "../../../shared/or-say-what-is-missing.ts";
import type { ConvertedFile } from "./converted-file.ts";

/** The part of the DOM that the rules look at. */
interface HtmlNode {
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly childNodes: ArrayLike<HtmlNode>;
}

/** A page of HTML as Markdown, with its tables; scripts and styles are left out. */
export async function htmlToMarkdown(html: string): Promise<ConvertedFile> {
  const { default: Turndown } = await orSayWhatIsMissing("turndown", () => import("turndown"));
  const service: TurndownService = new Turndown({
    headingStyle: "atx",
    codeBlockStyle: "fenced",
    bulletListMarker: "-",
  });
  service.remove(["script", "style", "noscript", "title"]);
  service.addRule("table", { filter: "table", replacement: (_text, node) => tableOf(node) });
  const title = /<title[^>]*>([^<]*)<\/title/i.exec(html)?.[1];
  return { title: title === undefined ? undefined : service.turndown(title).trim(), text: service.turndown(html) };
}

function tableOf(table: HtmlNode): string {
  const rows: (readonly string[])[] = [];
  const walk = (node: HtmlNode): void => {
    for (const child of Array.from(node.childNodes)) {
      if (child.nodeName === "TR") rows.push(cellsOf(child));
      else walk(child);
    }
  };
  walk(table);
  const width = Math.max(0, ...rows.map((row) => row.length));
  if (width === 0) return "";
  const line = (row: readonly string[]): string =>
    `| ${Array.from({ length: width }, (_, at) => row[at] ?? "").join(" | ")} |`;
  const [head = [], ...rest] = rows;
  return `\n\n${[line(head), `|${" --- |".repeat(width)}`, ...rest.map(line)].join("\n")}\n\n`;
}

function cellsOf(row: HtmlNode): readonly string[] {
  return Array.from(row.childNodes)
    .filter(({ nodeName }) => nodeName === "TD" || nodeName === "TH")
    .map((cell) =>
      (cell.textContent ?? "")
        .replace(/\s+/g, " ")
        .trim()
        .replaceAll("|", String.raw`\|`),
    );
}
