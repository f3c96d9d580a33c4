/**
 * Builds the packages that are measured, from the sources as they are now, into `bench/.build`, in the layout in which
 * they are installed: one file an entry, as `scripts/bundle.ts` makes it. What is measured is then what users get, and
 * stays the same while others work in the tree.
 */
import { copyFileSync, existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { bundlePackage } from "../../../scripts/bundle.ts";
import { readManifest } from "../../../scripts/lib/manifests.ts";

const MEASURED = ["wire", "core", "agentchat", "ext"];
/** Those that are published as `tsc` wrote them: `npm run build` has built them. */
const AS_BUILT = ["tessen", "tessera"];
const bench = resolve(import.meta.dirname, "../..");

/** The private copy: a root with `packages/`, of which `dist` is built and `src` is the repository's own. */
export const BUILD: string = join(bench, ".build");

/** Builds the copy anew, and makes it what the programs of `bench/` import. */
export async function build(): Promise<void> {
  rmSync(BUILD, { recursive: true, force: true });
  for (const name of MEASURED) {
    const from = join(bench, "..", "packages", name);
    const folder = join(BUILD, "packages", name);
    mkdirSync(folder, { recursive: true });
    copyFileSync(join(from, "package.json"), join(folder, "package.json"));
    symlinkSync(join(from, "src"), join(folder, "src"));
    await bundlePackage(BUILD, `packages/${name}`);
    install(folder, readManifest(BUILD, `packages/${name}/package.json`).name);
  }
  for (const name of AS_BUILT) install(join(bench, "..", "packages", name), `@tesserae/${name}`);
}

/** Makes a folder the package that the programs of `bench/` import by this name. */
function install(folder: string, name: string): void {
  const link = join(bench, "node_modules", name);
  mkdirSync(join(link, ".."), { recursive: true });
  if (existsSync(link)) rmSync(link);
  symlinkSync(folder, link);
}
