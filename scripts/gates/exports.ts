import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Findings, Gate } from "../lib/gate.ts";
import { type ExportTarget, type Package, conditionsOf, readPackages } from "../lib/manifests.ts";
import { isLibrarySource, listFiles, readText } from "../lib/tree.ts";
import { undocumentedExports } from "./docstrings.ts";

function checkTarget(root: string, { folder }: Package, subpath: string, target: ExportTarget): string[] {
  if (target === null || subpath === "./package.json") return [];
  const where = `${folder}/package.json, exports["${subpath}"]`;
  const files = conditionsOf(target);
  const source = files.find(([condition]) => condition === "source")?.[1];
  if (source === undefined) return [`${where}: the condition "source" is missing`];
  const problems: string[] = [];
  for (const [condition, file] of files) {
    const isBuilt = file.startsWith("./dist/");
    if (isBuilt && !existsSync(join(root, folder, "dist"))) continue;
    if (!existsSync(join(root, folder, file)))
      problems.push(`${where}: ${condition} names ${file}, which is not there`);
  }
  const built = source.replace("./src/", "./dist/").replace(/\.tsx?$/, "");
  for (const [condition, ending] of [
    ["types", ".d.ts"],
    ["default", ".js"],
  ] as const) {
    if (files.some(([each, file]) => each === condition && file === built + ending)) continue;
    problems.push(`${where}: ${condition} should be ${built}${ending}, what ${source} is built to`);
  }
  if (files.at(-1)?.[0] !== "default") problems.push(`${where}: "default" must come last, nothing after it is read`);
  return problems;
}

function checkBins(root: string, { folder, manifest }: Package): string[] {
  return Object.entries(manifest.bin ?? {})
    .filter(([, file]) => !existsSync(join(root, folder, file)))
    .map(([name, file]) => `${folder}/package.json, bin["${name}"]: ${file} is not there`);
}

function checkSource(root: string, file: string): string[] {
  const text = readText(root, file);
  const problems = undocumentedExports(text).map(
    ({ name, line }) => `${file}:${line}: ${name} is exported and has no docstring`,
  );
  const star = /^export\s+(type\s+)?\*/m.exec(text);
  if (star !== null) problems.push(`${file}: "export *" hides what is public; name each export`);
  return problems;
}

/** Every target of an export map exists, entries name their exports, and each exported declaration has a docstring. */
export const exportMaps: Gate = {
  name: "exports",
  async check(root): Promise<Findings> {
    const packages = readPackages(root);
    const problems: string[] = [];
    let targets = 0;
    for (const each of packages) {
      for (const [subpath, target] of Object.entries(each.manifest.exports ?? {})) {
        targets += 1;
        problems.push(...checkTarget(root, each, subpath, target));
      }
      problems.push(...checkBins(root, each));
    }
    for (const file of listFiles(root).filter(isLibrarySource)) problems.push(...checkSource(root, file));
    return { problems, note: `${targets} entries of ${packages.length} packages` };
  },
};
