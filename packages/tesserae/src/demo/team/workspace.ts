import { chmodSync, copyFileSync, existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeFolders } from "@tesserae/core/journal/file";

/** What the analyst's program and the writer leave in the folder of a run. */
export const OUTPUTS = { table: "table.json", chart: "chart.svg", report: "report.md" } as const;

/** As the journal next to them: nobody else reads what a run works on. */
const OWNER_FILE = 0o600;

const TOOLKIT = [
  "chart",
  "chart-input",
  "chart-layout",
  "chart-scales",
  "chart-svg",
  "index",
  "is-record",
  "rows",
  "table",
  "text-width",
  "ticks",
];

/**
 * Makes the folder of a run ready: the data files, and the toolkit that the analyst's program imports. Files that are
 * there already stay: a resumed run goes on with what it had.
 */
export function prepareWorkspace(folder: string, files: Iterable<DataFile>): void {
  const toolkit = join(folder, "toolkit");
  makeFolders(toolkit);
  for (const file of files) writeOnce(join(folder, file.name), (path) => file.write(path));
  // In a clone these are TypeScript, which Node runs as it is; in the published package JavaScript.
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  for (const name of TOOLKIT) {
    const source = fileURLToPath(new URL(`../toolkit/${name}.${extension}`, import.meta.url));
    writeOnce(join(toolkit, `${name}.${extension}`), (path) => copyFileSync(source, path));
  }
  writeOnce(join(folder, "toolkit.mjs"), (path) =>
    writeFileSync(path, `export { readRows, writeChart, writeTable } from "./toolkit/index.${extension}";\n`),
  );
}

/** A data file that is put into the folder of a run. */
export interface DataFile {
  readonly name: string;
  write(path: string): void;
}

/** A file that is there is whole: it gets its name when it is written, in case the process dies in between. */
function writeOnce(path: string, write: (path: string) => void): void {
  if (existsSync(path)) return;
  const partial = `${path}.partial`;
  write(partial);
  // A copy has the permissions of what was copied.
  chmodSync(partial, OWNER_FILE);
  renameSync(partial, path);
}
