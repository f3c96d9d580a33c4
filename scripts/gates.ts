/** Runs every gate, fast ones first, one line each. With arguments, those whose names contain one of them. */
import { resolve } from "node:path";
import { budgets } from "./gates/budgets.ts";
import { consumerTypes } from "./gates/consumer-types.ts";
import { dependencies } from "./gates/dependencies.ts";
import { errorTable } from "./gates/error-table.ts";
import { exportMaps } from "./gates/exports.ts";
import { fileSizes } from "./gates/file-sizes.ts";
import { layering } from "./gates/layering.ts";
import { attw, publint, unused } from "./gates/package-tools.ts";
import { parity } from "./gates/parity.ts";
import { publicNames } from "./gates/public-names.ts";
import { snippets } from "./gates/snippets.ts";
import { tree } from "./gates/tree.ts";
import type { Gate } from "./lib/gate.ts";
import { isMain } from "./lib/is-main.ts";

/** Every gate, fast ones first. */
export const GATES: readonly Gate[] = [
  fileSizes,
  layering,
  exportMaps,
  errorTable,
  tree,
  dependencies,
  parity,
  publicNames,
  snippets,
  unused,
  consumerTypes,
  publint,
  attw,
  budgets,
];

/** Runs gates one after another and writes a line about each. True when all of them pass. */
export async function runGates(gates: readonly Gate[], root: string, write: (line: string) => void): Promise<boolean> {
  let passed = true;
  for (const gate of gates) {
    const begin = performance.now();
    const { problems, note } = await gate.check(root);
    const seconds = ((performance.now() - begin) / 1000).toFixed(1);
    const name = gate.name.padEnd(15);
    if (problems.length === 0) write(`ok    ${name} ${note} (${seconds} s)`);
    else
      write(`FAIL  ${name} ${problems.length} (${seconds} s)\n${problems.map((each) => `        ${each}`).join("\n")}`);
    passed &&= problems.length === 0;
  }
  return passed;
}

if (isMain(import.meta.url)) {
  const wanted = process.argv.slice(2);
  const gates = GATES.filter(({ name }) => wanted.length === 0 || wanted.some((each) => name.includes(each)));
  if (gates.length === 0) console.error(`No gate is called ${wanted.join(" or ")}.`);
  const passed = await runGates(gates, resolve(import.meta.dirname, ".."), (line) => console.log(line));
  process.exitCode = passed && gates.length > 0 ? 0 : 1;
}
