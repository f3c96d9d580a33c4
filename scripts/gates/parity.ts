import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Findings, Gate } from "../lib/gate.ts";
import { listFiles, readText } from "../lib/tree.ts";

const MANIFEST = "tests/parity/manifest.json";
const CLAIM = /\bclaims: (?<ids>[\w.-]+(?:, *[\w.-]+)*)/g;

/** One behaviour of AutoGen, or of the specification where it goes further. */
interface Row {
  readonly id: string;
  /** The part of the specification that it comes from: "core 3". */
  readonly spec: string;
  /** The behaviour, in one sentence. */
  readonly text: string;
  /** Why no test claims it. */
  readonly reason?: string;
}

function isRow(value: unknown): value is Row {
  const texts = (...keys: string[]): boolean =>
    keys.every((key) => typeof Reflect.get(Object(value), key) === "string");
  return texts("id", "spec", "text") && (!("reason" in Object(value)) || texts("reason"));
}

/** The ids that tests claim with a comment `claims: ID, ID`, and the files that do. */
function readClaims(root: string): Map<string, string> {
  const claims = new Map<string, string>();
  for (const file of listFiles(root)) {
    if (!/\.(test|test-d)\.tsx?$/.test(file) || file.startsWith("scripts/gates/parity")) continue;
    for (const { groups } of readText(root, file).matchAll(CLAIM)) {
      for (const id of (groups?.["ids"] ?? "").split(",")) claims.set(id.trim().replace(/\.$/, ""), file);
    }
  }
  return claims;
}

/** Every row of the manifest is claimed by a test or says why not, and every claim is of a row. */
export const parity: Gate = {
  name: "parity",
  async check(root): Promise<Findings> {
    if (!existsSync(join(root, MANIFEST))) return { problems: [], note: "no manifest" };
    const parsed: unknown = JSON.parse(readText(root, MANIFEST));
    const rows = Array.isArray(parsed) ? parsed.filter(isRow) : [];
    const problems: string[] = [];
    if (!Array.isArray(parsed) || rows.length !== parsed.length) {
      problems.push(`${MANIFEST}: every row needs the strings id, spec and text, and may have the string reason`);
    }
    const claims = readClaims(root);
    const ids = new Set<string>();
    for (const { id, text, reason } of rows) {
      if (ids.has(id)) problems.push(`${MANIFEST}: the id ${id} is there twice`);
      ids.add(id);
      const file = claims.get(id);
      if (file === undefined && (reason ?? "").trim() === "") {
        problems.push(`${MANIFEST}: no test claims ${id} (${text}), and no reason is given`);
      }
      if (file !== undefined && reason !== undefined) {
        problems.push(`${MANIFEST}: ${id} gives a reason for having no test, but ${file} claims it`);
      }
    }
    for (const [id, file] of claims)
      if (!ids.has(id)) problems.push(`${file}: claims ${id}, which is not in ${MANIFEST}`);
    const claimed = rows.filter(({ id }) => claims.has(id)).length;
    return {
      problems,
      note: `${claimed} of ${rows.length} behaviours claimed, ${rows.length - claimed} with a reason`,
    };
  },
};
