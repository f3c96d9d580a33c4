import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Findings, Gate } from "../lib/gate.ts";
import { readPackages } from "../lib/manifests.ts";
import {
  installedWith,
  measureBundle,
  measureInstantiations,
  measureStart,
  measureUnpacked,
  readJson,
} from "../lib/measure.ts";
import { notBuilt } from "../lib/run-tool.ts";

const FILE = "budgets.json";
const PACKAGE = "@tesserae/agentchat";
const CONSUMERS = "tests/consumers";
/* Another machine's disk and load are in the import time, even as a share: CI catches a doubling, a quiet machine more. */
const SLACK_IN_CI = 2;
const SHORTEST_REASON = 20;

/** One budget of `budgets.json`. */
export interface Budget {
  /** What is measured, in which unit. */
  readonly what: string;
  /** The limit that the budget began with. */
  readonly first: number;
  /** The limit that holds: `first`, or what the last raise made of it. */
  readonly limit: number;
  /** Every raise, oldest first, with what users get for it. */
  readonly raises: readonly { readonly to: number; readonly reason: string }[];
}

/** The budgets whose history does not explain their limit. */
export function checkHistory(name: string, { first, limit, raises }: Budget): string[] {
  const problems: string[] = [];
  const last = raises.at(-1)?.to ?? first;
  if (last !== limit) problems.push(`${FILE}: ${name} has the limit ${limit}, but its raises end at ${last}`);
  for (const { to, reason } of raises) {
    if (reason.trim().length < SHORTEST_REASON) problems.push(`${FILE}: the raise of ${name} to ${to} gives no reason`);
  }
  return problems;
}

/** How each budget is measured, in the repository at `root`. */
const MEASURES: Readonly<Record<string, (root: string) => Promise<number>>> = {
  bundle: (root) => measureBundle(join(root, CONSUMERS, "budgets/agent-and-teams.js")),
  packages: async (root) => installedWith(root, PACKAGE).length,
  async installSize(root) {
    let sum = 0;
    for (const folder of installedWith(root, PACKAGE)) sum += await measureUnpacked(root, folder);
    return sum;
  },
  importTime: (root) => measureStart(join(root, CONSUMERS, "budgets/build-agent.js"), root),
  async instantiations(root) {
    const floor = await measureInstantiations(root, `${CONSUMERS}/instantiations/schema-only.ts`);
    return (await measureInstantiations(root, `${CONSUMERS}/instantiations/tool-and-agent.ts`)) - floor;
  },
};

function limitOf(name: string, { limit }: Budget): number {
  return name === "importTime" && process.env["CI"] !== undefined ? limit * SLACK_IN_CI : limit;
}

function show(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

/** Size, packages, import time and types of core and agentchat stay within `budgets.json`. */
export const budgets: Gate = {
  name: "budgets",
  async check(root): Promise<Findings> {
    if (!existsSync(join(root, FILE))) return { problems: [`${FILE} is missing`], note: "" };
    const folders = readPackages(root).filter(({ manifest }) => manifest.private !== true);
    const missing = notBuilt(
      root,
      folders.map(({ folder }) => folder),
    );
    if (missing.length > 0) return { problems: missing, note: "" };
    const table = readJson(join(root, FILE)) as Readonly<Record<string, Budget>>;
    const problems: string[] = [];
    const notes: string[] = [];
    for (const [name, budget] of Object.entries(table)) {
      problems.push(...checkHistory(name, budget));
      const measure = MEASURES[name];
      if (measure === undefined) {
        problems.push(`${FILE}: nothing measures ${name}`);
        continue;
      }
      const limit = limitOf(name, budget);
      try {
        const value = await measure(root);
        notes.push(`${name} ${show(value)} of ${show(limit)}`);
        if (value > limit) problems.push(`${name} is ${show(value)}, the budget ${show(limit)}: ${budget.what}`);
      } catch (error) {
        problems.push(`${name} cannot be measured: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return { problems, note: notes.join(", ") };
  },
};
