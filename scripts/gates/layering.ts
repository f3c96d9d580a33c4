import type { Findings, Gate } from "../lib/gate.ts";
import { readImports } from "../lib/imports.ts";
import { type Package, readPackages } from "../lib/manifests.ts";
import { isLibrarySource, listFiles, readText } from "../lib/tree.ts";

/**
 * The arrows of ARCHITECTURE.md: which packages of ours the sources of a package may import. `types` after a name means
 * that only types may come from there; a name with a path means that subpath alone.
 */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  wire: [],
  core: ["wire types"],
  agentchat: ["core"],
  tessen: ["wire"],
  tessera: ["wire"],
  ext: ["wire", "core", "agentchat", "tessera/client"],
  studio: ["wire", "core", "agentchat", "ext", "tessen", "tessera"],
  tesserae: ["wire", "core", "agentchat", "ext", "studio", "tessen", "tessera"],
};

function targetOf(specifier: string): string | undefined {
  return /^@tesserae\/(?<target>.+)$/.exec(specifier)?.groups?.["target"];
}

function isAllowed(arrows: readonly string[], target: string, typeOnly: boolean): boolean {
  return arrows.some((arrow) => {
    const [path = "", kind] = arrow.split(" ");
    return (target === path || target.startsWith(`${path}/`)) && (kind !== "types" || typeOnly);
  });
}

function checkImports(root: string, file: string, own: Package): string[] {
  const folder = own.folder.slice("packages/".length);
  const arrows = ARROWS[folder] ?? [];
  const declared = { ...own.manifest.dependencies, ...own.manifest.peerDependencies };
  return readImports(readText(root, file)).flatMap(({ specifier, typeOnly, line }) => {
    const where = `${file}:${line}`;
    if (/^(\.\.\/)+(\w+\/)*packages\/|^(\.\.\/){2,}[\w-]+\/src\//.test(specifier)) {
      return [`${where}: "${specifier}" reaches into another package; import it by its name`];
    }
    const target = targetOf(specifier);
    if (target === undefined || target.split("/")[0] === folder) return [];
    if (!isAllowed(arrows, target, typeOnly)) {
      const allowed = arrows.length === 0 ? "nothing" : arrows.join(", ");
      return [`${where}: ${folder} must not import "${specifier}" (allowed: ${allowed})`];
    }
    const name = specifier.split("/").slice(0, 2).join("/");
    if (!(name in declared))
      return [`${where}: "${name}" is missing in the dependencies of ${own.folder}/package.json`];
    return [];
  });
}

/** Imports between packages follow the arrows of ARCHITECTURE.md and are declared in `package.json`. */
export const layering: Gate = {
  name: "layering",
  async check(root): Promise<Findings> {
    const packages = readPackages(root);
    const problems: string[] = [];
    for (const { folder } of packages) {
      if (!(folder.slice("packages/".length) in ARROWS)) problems.push(`${folder}: no arrows are written for it`);
    }
    const sources = listFiles(root).filter(isLibrarySource);
    for (const file of sources) {
      const own = packages.find(({ folder }) => file.startsWith(`${folder}/`));
      if (own !== undefined) problems.push(...checkImports(root, file, own));
    }
    return { problems, note: `${packages.length} packages, ${sources.length} source files` };
  },
};
