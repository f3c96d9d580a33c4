/** Rows of text in columns. The columns named in `right` are set to the right; the last one is not filled up. */
export function textTable(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    rows.reduce((width, row) => Math.max(width, displayWidth(row[column] ?? "")), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const fill = " ".repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(cell)));
        return right.includes(column) ? fill + cell : cell + fill;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** Colours take no room on the screen. */
function displayWidth(text: string): number {
  return text.replace(/\u001b\[\d+m/g, "").length;
}
