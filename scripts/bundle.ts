/**
 * Joins the modules of the libraries into one file for each entry, and others for what entries share; what is loaded
 * by `import()` stays apart.
 *
 * Finding and reading 260 small modules takes Node 75 ms, their code 15 ms: the budget `importTime` shows it. The
 * declarations stay as `tsc` wrote them, one for each source file, and so do the names: the files are not minified.
 * Runs after `tsc -b`, in `npm run build`.
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { rolldown } from "rolldown";
import { isMain } from "./lib/is-main.ts";
import { conditionsOf, readManifest } from "./lib/manifests.ts";

/** The packages that programs import; a command line loads what its command needs. */
const BUNDLED = ["packages/wire", "packages/core", "packages/agentchat", "packages/ext"];

/** Source and built file of every entry of a package: `src/schema/zod3.ts` and `schema/zod3.js`, below `dist`. */
function readEntries(root: string, folder: string): Map<string, string> {
  const entries = new Map<string, string>();
  for (const target of Object.values(readManifest(root, `${folder}/package.json`).exports ?? {})) {
    const files = new Map(conditionsOf(target));
    const source = files.get("source");
    const built = files.get("default");
    if (source === undefined || built === undefined) continue;
    entries.set(built.replace(/^\.\/dist\//, "").replace(/\.js$/, ""), join(root, folder, source));
  }
  return entries;
}

/**
 * Writes the bundles of one package into its `dist`, in place of the modules that `tsc` wrote there. The names of the
 * files, relative to `dist`.
 */
export async function bundlePackage(root: string, folder: string): Promise<readonly string[]> {
  const dist = join(root, folder, "dist");
  const bundle = await rolldown({
    input: Object.fromEntries(readEntries(root, folder)),
    platform: "node",
    // Other packages and Node's own modules stay imports; so does whatever a package loads when it is needed.
    external: /^[^./]/,
  });
  try {
    for (const file of existsSync(dist) ? readdirSync(dist, { recursive: true, encoding: "utf8" }) : []) {
      if (file.endsWith(".js")) rmSync(join(dist, file));
    }
    const { output } = await bundle.write({
      dir: dist,
      format: "esm",
      entryFileNames: "[name].js",
      chunkFileNames: "shared/[name]-[hash].js",
      // The docstrings are in the declarations and the sources; here they would only be parsed. What tells the bundlers of
      // programs that a call can go when its result is not used stays.
      comments: { legal: false, annotation: true, jsdoc: false },
    });
    return output.map(({ fileName }) => fileName);
  } finally {
    await bundle.close();
  }
}

if (isMain(import.meta.url)) {
  const root = resolve(import.meta.dirname, "..");
  for (const folder of BUNDLED) await bundlePackage(root, folder);
}
