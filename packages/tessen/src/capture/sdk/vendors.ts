/** An SDK whose trunk is patched. */
export interface Vendor {
  /** The name of its package. */
  readonly name: string;
  /** Who answers, where the address does not say so. */
  readonly provider: string;
  /** The files that hold its base client, in either build and in all versions. */
  readonly trunkFiles: readonly string[];
}

/** The SDKs of tier 1. */
export const VENDORS: readonly Vendor[] = [
  { name: "openai", provider: "openai", trunkFiles: ["client", "core", "index"] },
  { name: "@anthropic-ai/sdk", provider: "anthropic", trunkFiles: ["client", "core", "index"] },
];

/**
 * The vendor whose base client a script holds, by its address; `undefined` for every other script. Any `node_modules`
 * counts: nested copies, and the store of pnpm.
 */
export function vendorOfScript(address: string): Vendor | undefined {
  const at = address.lastIndexOf("/node_modules/");
  if (at === -1) return undefined;
  const path = address.slice(at + "/node_modules/".length);
  return VENDORS.find(({ name, trunkFiles }) => {
    if (!path.startsWith(`${name}/`)) return false;
    const file = /^([^/]+)\.(?:mjs|js|cjs)$/.exec(path.slice(name.length + 1))?.[1];
    return file !== undefined && trunkFiles.includes(file);
  });
}
