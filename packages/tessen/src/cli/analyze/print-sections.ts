import type { Style } from "../output/style.ts";
import { textTable } from "../output/text-table.ts";
import type { ReportLine, Section, Tone } from "./section.ts";

/** Sections as text for a terminal. */
export function sectionsAsText(sections: readonly Section[], style: Style): string {
  const lines = sections.flatMap(({ title, lines: content, table }) => [
    style.bold(`## ${title}`),
    ...content.flatMap((entry) => [
      marked(entry, style, true),
      ...entry.items.map((item) => `  ${entry.tone === "plain" ? "" : `${style.marks.bullet} `}${item}`),
    ]),
    ...(table === undefined ? [] : textTable(table.rows, table.right)),
  ]);
  return `${lines.join("\n")}\n`;
}

/** Sections as Markdown. */
export function sectionsAsMarkdown(sections: readonly Section[], style: Style): string {
  const blocks = sections.flatMap(({ title, lines, table }) => [
    `## ${title}`,
    ...(lines.length === 0 ? [] : [lines.flatMap((entry) => markdownLines(entry, style)).join("\n")]),
    ...(table === undefined ? [] : [markdownTable(table.rows, table.right)]),
  ]);
  return `${blocks.join("\n\n")}\n`;
}

function markdownLines(entry: ReportLine, style: Style): string[] {
  return [`- ${escaped(marked(entry, style, false))}`, ...entry.items.map((item) => `  - ${escaped(item)}`)];
}

function markdownTable(rows: readonly (readonly string[])[], right: readonly number[]): string {
  const written = rows.map((row) => `| ${row.map(escaped).join(" | ")} |`);
  const rule = `| ${(rows[0] ?? []).map((_, column) => (right.includes(column) ? "--:" : "---")).join(" | ")} |`;
  return [written[0], rule, ...written.slice(1)].join("\n");
}

/** Text from a log must not become markup. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|#~]/g, "\\$&");
}

function marked({ text, tone }: ReportLine, style: Style, painted: boolean): string {
  const mark = markOf(tone, style);
  const line = mark === "" ? text : `${mark} ${text}`;
  if (!painted || tone === "plain") return line;
  return tone === "alarm" ? style.red(line) : tone === "warning" ? style.yellow(line) : style.green(line);
}

function markOf(tone: Tone, { marks }: Style): string {
  if (tone === "alarm") return marks.alarm;
  if (tone === "warning") return marks.warning.trimEnd();
  return tone === "good" ? marks.good : "";
}
