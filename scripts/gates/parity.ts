import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Findings, Gate } from "../lib/gate.ts";
import { listFiles, readText } from "../lib/tree.ts";

const FOLDER = "tests/parity";
const SEPARATOR = " > ";

/** One behaviour of AutoGen, or of the specification where it goes further. */
interface Row {
  readonly id: string;
  /** The part of the specification that it comes from: "core 3". */
  readonly spec: string;
  /** The behaviour, in one sentence. */
  readonly text: string;
  /** The tests that hold it, each as "file > words of the test's title". */
  readonly claimedBy?: readonly string[];
  /** Why no test claims it. */
  readonly reason?: string;
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}

function isRow(value: unknown): value is Row {
  const { id, spec, text, claimedBy, reason, ...rest } = Object(value) as Record<string, unknown>;
  const areClaims = claimedBy === undefined || (Array.isArray(claimedBy) && claimedBy.every(isText));
  return (
    [id, spec, text].every(isText) &&
    areClaims &&
    (reason === undefined || isText(reason)) &&
    Object.keys(rest).length === 0
  );
}

/** What is wrong with one claim: the file is no test, or no test in it bears the title. */
function checkClaim(root: string, claim: string): string | undefined {
  const [file = "", ...title] = claim.split(SEPARATOR);
  if (!/\.(test|test-d)\.tsx?$/.test(file) || !existsSync(join(root, file))) return `${file} is not a test file`;
  const words = title.join(SEPARATOR).trim();
  if (words === "") return `it names no test of ${file}`;
  return readText(root, file).includes(words) ? undefined : `no test of ${file} is called "${words}"`;
}

function checkRow(root: string, file: string, row: Row): string[] {
  const { id, text, claimedBy = [], reason } = row;
  const where = `${file}, ${id}`;
  if (claimedBy.length === 0 && reason === undefined)
    return [`${where}: no test claims it, and no reason is given: ${text}`];
  if (claimedBy.length > 0 && reason !== undefined)
    return [`${where}: the reason for having no test is stale; tests claim it`];
  return claimedBy.flatMap((claim) => {
    const problem = checkClaim(root, claim);
    return problem === undefined ? [] : [`${where}: ${problem}`];
  });
}

/** Every behaviour of the manifest is held by tests that exist, or says why not. */
export const parity: Gate = {
  name: "parity",
  async check(root): Promise<Findings> {
    const problems: string[] = [];
    const ids = new Set<string>();
    let claimed = 0;
    for (const file of listFiles(root).filter((each) => each.startsWith(`${FOLDER}/`) && each.endsWith(".json"))) {
      const parsed: unknown = JSON.parse(readText(root, file));
      for (const row of Array.isArray(parsed) ? parsed : [parsed]) {
        if (!isRow(row)) {
          const shown = JSON.stringify(row).slice(0, 80);
          problems.push(`${file}: a row has the texts id, spec, text, and either claimedBy or reason, not ${shown}`);
          continue;
        }
        if (ids.has(row.id)) problems.push(`${file}, ${row.id}: the id is there twice`);
        ids.add(row.id);
        if ((row.claimedBy ?? []).length > 0) claimed += 1;
        problems.push(...checkRow(root, file, row));
      }
    }
    return { problems, note: `${claimed} of ${ids.size} behaviours claimed, ${ids.size - claimed} with a reason` };
  },
};
