import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Findings, Gate } from "../lib/gate.ts";
import {
  NAMES_FILE,
  ROWS_FILE,
  TABLE_FILE,
  expectedTable,
  exportedNames,
  readRows,
  type NameRow,
} from "../lib/public-names.ts";
import { readText } from "../lib/tree.ts";

/** Every public name of AutoGen has a row; what the row says is there is there, and a test uses it. */
export const publicNames: Gate = {
  name: "public names",
  async check(root): Promise<Findings> {
    if (!existsSync(join(root, NAMES_FILE))) return { problems: [], note: "no list" };
    const names = JSON.parse(readText(root, NAMES_FILE)) as readonly string[];
    const rows = readRows(root);
    const exported = exportedNames(root);
    const problems = [...compare(names, rows), ...rows.flatMap((row) => checkRow(root, row, exported))];
    if (expectedTable(root) !== readText(root, TABLE_FILE))
      problems.push(`${TABLE_FILE}: it is not what ${ROWS_FILE} says; run \`npm run sync\``);
    const here = rows.filter((row) => row.here !== null).length;
    return { problems, note: `${here} of ${names.length} names are here, ${names.length - here} have a reason` };
  },
};

function compare(names: readonly string[], rows: readonly NameRow[]): string[] {
  const known = new Set(rows.map(({ python }) => python));
  const wanted = new Set(names);
  const twice = rows.filter(({ python }, index) => rows.findIndex((other) => other.python === python) !== index);
  return [
    ...names.filter((name) => !known.has(name)).map((name) => `${ROWS_FILE}: ${name} has no row`),
    ...rows.filter(({ python }) => !wanted.has(python)).map(({ python }) => `${ROWS_FILE}: Python has no ${python}`),
    ...twice.map(({ python }) => `${ROWS_FILE}: ${python} is there twice`),
  ];
}

function checkRow(
  root: string,
  { python, here, entry, test, note }: NameRow,
  exported: ReadonlyMap<string, ReadonlySet<string>>,
): string[] {
  const where = `${ROWS_FILE}, ${python}`;
  if (here === null || entry === null || test === null) {
    return (note ?? "").trim() === "" ? [`${where}: a note must say why nothing is exported or tested`] : [];
  }
  const [name = ""] = here.split(/[.(]/);
  const problems: string[] = [];
  if (exported.get(entry)?.has(name) !== true) problems.push(`${where}: ${entry} does not export ${name}`);
  if (!existsSync(join(root, test))) problems.push(`${where}: there is no ${test}`);
  else if (!new RegExp(`\\b${name}\\b`).test(readText(root, test)))
    problems.push(`${where}: ${test} does not use ${name}`);
  return problems;
}
