import module from "node:module";
import { vendorOfScript, type Vendor } from "../sdk/vendors.ts";
import { isExports, type OnModule } from "./loaded-modules.ts";

/** What the footers call, with the name of the package and what the module exports. */
const ON_LOAD: unique symbol = Symbol.for("tessen.onload");

/**
 * Sees the modules of SDKs as they are loaded: a line is appended to their sources that hands over what they export.
 * Appended, so that the lines of stacks stay what they were. Gives what ends it.
 */
export function hookLoading(found: OnModule): () => void {
  const vendors = new Map<string, Vendor>();
  const take = (name: string, exports: unknown): void => {
    const vendor = vendors.get(name);
    if (vendor !== undefined && isExports(exports)) found(vendor, exports);
  };
  Object.defineProperty(globalThis, ON_LOAD, { value: take, configurable: true, writable: true });
  const hooks = module.registerHooks({
    load(url, context, nextLoad) {
      const result = nextLoad(url, context);
      const vendor = url.startsWith("file:") ? vendorOfScript(url) : undefined;
      if (vendor === undefined || result.source === null || result.source === undefined) return result;
      vendors.set(vendor.name, vendor);
      const footer = footerOf(vendor.name, url, result.format === "module");
      return { ...result, source: `${textOf(result.source)}\n${footer}` };
    },
  });
  return () => {
    hooks.deregister();
    if (Reflect.get(globalThis, ON_LOAD) === take) Reflect.deleteProperty(globalThis, ON_LOAD);
  };
}

/** A module may import itself; `globalThis` is asked when the line runs, so a copy of tessen that is gone is not called. */
function footerOf(name: string, url: string, isModule: boolean): string {
  const call = `globalThis[Symbol.for("tessen.onload")]?.(${JSON.stringify(name)}, `;
  if (!isModule) return `;${call}module.exports);`;
  return `import * as __tessen_namespace from ${JSON.stringify(url)};${call}__tessen_namespace);`;
}

function textOf(source: string | ArrayBuffer | NodeJS.TypedArray): string {
  return typeof source === "string" ? source : new TextDecoder().decode(source);
}
