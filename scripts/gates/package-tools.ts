import { join } from "node:path";
import type { Findings, Gate } from "../lib/gate.ts";
import { type Package, readPackages } from "../lib/manifests.ts";
import { notBuilt, runTool, toolPath } from "../lib/run-tool.ts";

/** Runs a tool over the folder of every public package; what it writes about one that fails becomes its problems. */
async function checkEach(root: string, run: (each: Package) => ReturnType<typeof runTool>): Promise<Findings> {
  const packages = readPackages(root).filter(({ manifest }) => manifest.private !== true);
  const problems = notBuilt(
    root,
    packages.map(({ folder }) => folder),
  );
  if (problems.length > 0) return { problems, note: "" };
  for (const each of packages) {
    const { code, output } = await run(each);
    if (code === 0) continue;
    const lines = output.split("\n").filter((line) => line.trim() !== "");
    problems.push(...lines.map((line) => `${each.folder}: ${line}`));
  }
  return { problems, note: `${packages.length} packages` };
}

/** What npm would publish is well formed: publint, warnings included. */
export const publint: Gate = {
  name: "publint",
  check: (root) =>
    checkEach(root, ({ folder }) => runTool(toolPath("publint", "publint"), ["--strict", "."], join(root, folder))),
};

/** TypeScript resolves every entry to types that fit the code: Are The Types Wrong. */
export const attw: Gate = {
  name: "attw",
  check: (root) =>
    checkEach(root, ({ folder }) => {
      const args = ["--pack", ".", "--profile", "esm-only", "--no-emoji", "--format", "ascii"];
      return runTool(toolPath("@arethetypeswrong/cli", "attw"), args, join(root, folder));
    }),
};

/** No unused file, export or dependency: knip. */
export const unused: Gate = {
  name: "unused",
  async check(root): Promise<Findings> {
    const args = ["--no-progress", "--reporter", "compact"];
    const { code, output } = await runTool(toolPath("knip", "knip"), args, root);
    const problems = code === 0 ? [] : output.split("\n").filter((line) => line.trim() !== "");
    return { problems, note: "files, exports, dependencies" };
  },
};
