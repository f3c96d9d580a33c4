import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Guard } from "../guard.ts";
import { objectAt } from "../../recorder/raw.ts";
import { vendorOfScript, VENDORS, type Vendor } from "../sdk/vendors.ts";

/** What a module of an SDK exports. */
export type ModuleExports = object;

/** Is given each module that holds a base client of an SDK. */
export type OnModule = (vendor: Vendor, exports: ModuleExports) => void;

/**
 * Finds the modules of SDKs that are loaded already. CommonJS ones are in the cache of `require`; the ES modules are
 * those scripts that the engine knows, and `require` of a loaded one gives the same module again. Where the engine may
 * not be asked (`--permission`), the SDKs that the project names as its dependencies are loaded.
 */
export function findLoadedModules(guard: Guard, projectRoot: string, found: OnModule): void {
  const require = createRequire(import.meta.url);
  for (const [path, module] of Object.entries(require.cache)) {
    const vendor = vendorOfScript(path.replaceAll("\\", "/"));
    if (vendor !== undefined && module?.loaded === true) offer(vendor, module.exports, found);
  }
  const scripts = loadedScripts();
  if (scripts === undefined) guard.run("discovery", () => loadDeclared(projectRoot, found));
  for (const address of scripts ?? []) {
    const vendor = address.startsWith("file:") && address.endsWith(".mjs") ? vendorOfScript(address) : undefined;
    if (vendor === undefined) continue;
    guard.run("discovery", () =>
      offer(
        vendor,
        quietly(() => require(fileURLToPath(address))),
        found,
      ),
    );
  }
}

/** The addresses of all scripts of this thread; undefined where the inspector may not be used. */
function loadedScripts(): readonly string[] | undefined {
  const addresses: string[] = [];
  try {
    const session = new (process.getBuiltinModule("node:inspector").Session)();
    session.connect();
    try {
      session.on("Debugger.scriptParsed", ({ params }) => addresses.push(params.url));
      session.post("Debugger.enable");
      session.post("Debugger.disable");
    } finally {
      session.disconnect();
    }
    return addresses;
  } catch {
    return undefined;
  }
}

/** Loads both builds, since nobody knows which one the program uses. */
function loadDeclared(projectRoot: string, found: OnModule): void {
  const manifest = join(projectRoot, "package.json");
  const dependencies = objectAt(JSON.parse(readFileSync(manifest, "utf8")), "dependencies");
  const require = createRequire(manifest);
  for (const vendor of VENDORS) {
    if (!(vendor.name in dependencies)) continue;
    for (const file of ["client.mjs", "client.js"]) {
      try {
        offer(
          vendor,
          quietly(() => require(`${vendor.name}/${file}`)),
          found,
        );
      } catch {
        // Not installed, or a version that has no such file: its calls are seen below, at the level of HTTP.
      }
    }
  }
}

function offer(vendor: Vendor, exports: unknown, found: OnModule): void {
  if (isExports(exports)) found(vendor, exports);
}

/** Whether a module exports anything; a CommonJS one may be a class itself. */
export function isExports(value: unknown): value is ModuleExports {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** Without the warning that some versions of Node give of `require` for an ES module: the program did not call it. */
function quietly(run: () => unknown): unknown {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return run();
  } finally {
    process.emitWarning = emitWarning;
  }
}
