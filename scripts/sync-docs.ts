/** Writes what the documentation takes from the sources: snippets, the page of error codes, the table of names. */
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PAGE_FILE, expectedPage } from "./lib/error-page.ts";
import { TABLE_FILE, expectedTable } from "./lib/public-names.ts";
import { listPages, syncPage } from "./lib/snippets.ts";
import { readText } from "./lib/tree.ts";

const root = resolve(import.meta.dirname, "..");
const problems: string[] = [];

function write(file: string, text: string | undefined): void {
  if (text === undefined || text === readText(root, file)) return;
  writeFileSync(join(root, file), text);
  console.log(`wrote ${file}`);
}

write(PAGE_FILE, expectedPage(root));
write(TABLE_FILE, expectedTable(root));
for (const page of listPages(root)) {
  const synced = syncPage(root, page);
  write(page, synced.text);
  problems.push(...synced.problems);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
