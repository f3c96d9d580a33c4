import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Findings, Gate } from "../lib/gate.ts";
import { isGenerated, listFiles, readText } from "../lib/tree.ts";

interface Rule {
  readonly pattern: RegExp;
  readonly reason: string;
}

const ANYWHERE: readonly Rule[] = [
  {
    pattern: /(?<![\w.])\/(?:(?:home|Users)\/(?!(?:me|you|user|node)\b)|root\/|work\/|farm\/)[\w.-]+/,
    reason: "a path of one machine",
  },
  {
    pattern: /\bregistry\.(?:npmjs|yarnpkg)\.\w+/,
    reason: "the address of a registry; .npmrc and the user's own decide",
  },
];

const WRITTEN: readonly Rule[] = [
  { pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/, reason: "unfinished work; finish it or open an issue" },
  { pattern: /\b(?:not implemented yet|for now)\b/i, reason: "unfinished work; finish it or open an issue" },
  { pattern: /\b(?:test|it|describe)\.only\(/, reason: "a test that keeps the others from running" },
  { pattern: /@ts-(?:ignore|nocheck)\b/, reason: "types switched off" },
];

/* This gate and its test name what they look for. */
const SELF = /^scripts\/gates\/tree(\.test)?\.ts$/;
const BINARY = /\.(png|jpe?g|gif|webp|ico|woff2?|wasm|zip|gz|pdf)$/;

function linesThatMatch(file: string, text: string, rules: readonly Rule[]): string[] {
  return text.split("\n").flatMap((line, index) =>
    rules.flatMap(({ pattern, reason }) => {
      const match = pattern.exec(line);
      return match === null ? [] : [`${file}:${index + 1}: "${match[0]}" is ${reason}`];
    }),
  );
}

interface LockEntry {
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

/** Packages for other platforms that the lock file lacks: `npm ci` refuses such a file. */
function missingPlatforms(file: string, { packages }: Lock): string[] {
  const names = new Set(Object.keys(packages).map((path) => path.split("node_modules/").at(-1)));
  return Object.entries(packages).flatMap(([path, { optionalDependencies }]) => {
    const missing = Object.keys(optionalDependencies ?? {}).filter((name) => !names.has(name));
    const by = path === "" ? "the root" : path;
    return missing.length === 0 ? [] : [`${file}: ${missing.join(", ")} of ${by} is missing; \`npm ci\` refuses it`];
  });
}

/** No addresses in a lock file, and no package that runs a script when it is installed unless it is allowed by name. */
function checkLock(root: string, file: string): string[] {
  const lock = JSON.parse(readText(root, file)) as Lock;
  const manifest = file.replace("package-lock.json", "package.json");
  const allowed = existsSync(join(root, manifest))
    ? (JSON.parse(readText(root, manifest)) as { allowScripts?: Record<string, boolean> }).allowScripts
    : undefined;
  const found = Object.entries(lock.packages).flatMap(([path, { resolved, hasInstallScript }]) => {
    const name = path.split("node_modules/").at(-1) ?? path;
    const problems: string[] = [];
    if (/^https?:/.test(resolved ?? "")) problems.push(`${file}: ${name} carries an address; .npmrc leaves it out`);
    if (hasInstallScript === true && path !== "" && allowed?.[name] === undefined) {
      problems.push(`${file}: ${name} runs a script when it is installed; decide on it in allowScripts of ${manifest}`);
    }
    return problems;
  });
  return [...found, ...missingPlatforms(file, lock)];
}

/** Nothing of one machine, no registry, no mark of unfinished work in the repository. */
export const tree: Gate = {
  name: "tree",
  async check(root): Promise<Findings> {
    const files = listFiles(root).filter((file) => !BINARY.test(file) && !SELF.test(file));
    const problems = files.flatMap((file) => {
      if (/(^|\/)package-lock\.json$/.test(file)) return checkLock(root, file);
      if (isGenerated(file)) return linesThatMatch(file, readText(root, file), ANYWHERE);
      return linesThatMatch(file, readText(root, file), [...ANYWHERE, ...WRITTEN]);
    });
    return { problems, note: `${files.length} files` };
  },
};
