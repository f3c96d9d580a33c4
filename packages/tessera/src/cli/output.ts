/** Writes for programs, and the product of a command: standard output. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Writes for people: standard error. */
export function tell(text: string): void {
  process.stderr.write(`${harmless(text)}\n`);
}

/** Prints a value as one line of JSON. Amounts of any size are decimal strings. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner)));
}

/** Prints rows in columns, the first row being the head. Names from outside cannot change the terminal. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const clean = rows.map((row) => row.map((cell) => harmless(cell).replaceAll("\n", " ")));
  const widths = (clean[0] ?? []).map((_, column) => Math.max(...clean.map((row) => (row[column] ?? "").length)));
  for (const row of clean) {
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
  }
}

/** A moment for people: `2026-03-01 12:00`, in UTC. */
export function moment(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}

/** Text without the control characters that could change the terminal. */
function harmless(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\ufffd");
}
