import type { Column, Table } from "../toolkit/table.ts";
import { oneLine, withoutHtml } from "./markdown-text.ts";

/**
 * A table in Markdown: numbers to the right, absent cells as a dash. `write` makes the text of a cell one that stands in
 * a table: for a terminal, which shows the source, {@link oneLine} will do.
 */
export function markdownTable({ columns, rows }: Table, write: (text: string) => string = markdownCell): string {
  const texts = [columns.map(heading), ...rows.map((row) => row.map(cellText))].map((row) => row.map(write));
  const isNumeric = columns.map((_, column) => rows.every((row) => typeof row[column] !== "string"));
  const widths = columns.map((_, column) => Math.max(4, ...texts.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, column) => (isNumeric[column] === true ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, column) =>
    isNumeric[column] === true ? `${"-".repeat(width - 1)}:` : "-".repeat(width),
  );
  const [head = [], ...body] = texts;
  return `${[line(head), line(rule), ...body.map(line)].join("\n")}\n`;
}

function heading({ name, unit }: Column): string {
  return unit === undefined || unit === "" ? name : `${name} (${unit})`;
}

function cellText(cell: string | number | null): string {
  return cell === null ? "–" : String(cell);
}

function markdownCell(text: string): string {
  // The backslash too: one in front of a pipe would take away what escapes the pipe.
  return oneLine(withoutHtml(text)).replaceAll(/[\\|]/g, "\\$&");
}
