import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Findings, Gate } from "../lib/gate.ts";
import { readPackages } from "../lib/manifests.ts";
import { notBuilt, runTool, toolPath } from "../lib/run-tool.ts";

/** What a strict user writes into a tsconfig; our declarations must hold under all of it. */
const COMPILER_OPTIONS = {
  target: "ES2023",
  lib: ["ES2023", "ESNext.Disposable"],
  module: "NodeNext",
  types: ["node"],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noPropertyAccessFromIndexSignature: true,
  skipLibCheck: false,
  noEmit: true,
};

/** A program that imports every entry of every package. */
function writeConsumer(entries: readonly string[]): string {
  const imports = entries.map((entry, index) => `import * as entry${index} from "${entry}";`);
  const uses = entries.map((_, index) => `entry${index}`);
  return `${imports.join("\n")}\n\nexport const entries: readonly object[] = [${uses.join(", ")}];\n`;
}

/** A program that imports every entry compiles against the built declarations with `skipLibCheck: false`. */
export const consumerTypes: Gate = {
  name: "consumer types",
  async check(root): Promise<Findings> {
    const packages = readPackages(root).filter(({ manifest }) => manifest.private !== true);
    const missing = notBuilt(
      root,
      packages.map(({ folder }) => folder),
    );
    if (missing.length > 0) return { problems: missing, note: "" };
    const entries = packages.flatMap(({ manifest }) =>
      Object.entries(manifest.exports ?? {})
        .filter(([subpath, target]) => subpath !== "./package.json" && target !== null)
        .map(([subpath]) => `${manifest.name}${subpath.slice(1)}`),
    );
    const folder = join(root, "node_modules", ".cache", "consumer-types");
    mkdirSync(folder, { recursive: true });
    try {
      writeFileSync(join(folder, "package.json"), `{ "type": "module" }`);
      writeFileSync(join(folder, "consumer.ts"), writeConsumer(entries));
      const tsconfig = { compilerOptions: COMPILER_OPTIONS, files: ["consumer.ts"] };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
      const { code, output } = await runTool(toolPath("typescript", "tsc"), ["-p", folder, "--pretty", "false"], root);
      const problems = code === 0 ? [] : output.split("\n").filter((line) => line.trim() !== "");
      return { problems, note: `${entries.length} entries of ${packages.length} packages` };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
