import type { Column, Table } from "../toolkit/table.ts";

/** A table in Markdown: numbers to the right, absent cells as a dash. */
export function markdownTable({ columns, rows }: Table): string {
  const texts = [columns.map(heading), ...rows.map((row) => row.map(cellText))].map((row) => row.map(escape));
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

function escape(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s+/g, " ");
}
