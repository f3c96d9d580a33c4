/** Rows of text in columns. The columns named in `right` are set to the right; the last one is not filled up. */
export function textTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(0, ...rows.map((row) => displayWidth(row[column] ?? ""))),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          const fill = " ".repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(cell)));
          if (right.includes(column)) return fill + cell;
          return column === row.length - 1 ? cell : cell + fill;
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** One line of at most `width` characters. */
export function oneLine(text: string, width: number): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1)).trimEnd()}…`;
}

/** Colours take no room on the screen. */
function displayWidth(text: string): number {
  return text.replace(/\u001b\[\d+m/g, "").length;
}
