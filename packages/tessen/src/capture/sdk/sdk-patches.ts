import type { CurrentSession } from "../current-session.ts";
import { hintHelpers, hintLeaves, hintTrunkCallers } from "./hint-helpers.ts";
import { LEAVES, patchLeaves } from "./patch-leaves.ts";
import { patchTrunk } from "./patch-trunk.ts";
import { trunkOwner } from "./shapes.ts";
import { VENDORS, type Vendor } from "./vendors.ts";

/** The methods that lead to the trunk, the last ones that have the user's line on the stack for certain. */
const BEFORE_TRUNK = ["request", "requestAPIList"] as const;

/** What of SDKs is patched. */
export interface SdkPatchOptions {
  /** The SDKs that may be patched, by package name; undefined: all. */
  readonly vendors: readonly string[] | undefined;
  /** Calls are recorded at the methods of resources, and no trunk is patched. */
  readonly leafFallback: boolean;
}

/** The patches of one recording: each class of each SDK once, and all of them taken away at its end. */
export class SdkPatches {
  readonly #current: CurrentSession;
  readonly #allowed: readonly string[] | undefined;
  readonly #leafFallback: boolean;
  readonly #undo: (() => void)[] = [];

  constructor(current: CurrentSession, { vendors, leafFallback }: SdkPatchOptions) {
    this.#current = current;
    this.#allowed = vendors;
    this.#leafFallback = leafFallback;
  }

  /** Patches the base clients that a module exports. */
  module(vendor: Vendor, exports: object): void {
    const allowed = this.#allowed;
    if (allowed !== undefined && !allowed.includes(vendor.name) && !allowed.includes(vendor.provider)) return;
    const values: unknown[] = [exports, ...Object.values(exports)];
    for (const value of values) this.#class(value, vendor);
    this.#resources(values, vendor);
  }

  /** Patches the base client of a client, or of a class of clients. False when it has none that is known. */
  instrument(target: unknown): boolean {
    const prototype: unknown = typeof target === "function" ? Reflect.get(target, "prototype") : target;
    const owner = trunkOwner(prototype);
    if (owner === undefined) return false;
    const vendor = vendorOf(prototype);
    this.#patch(owner, vendor);
    const made: unknown = typeof target === "function" ? target : Reflect.get(owner, "constructor");
    this.#resources([made], vendor);
    return true;
  }

  /** Takes all patches away, but for those that somebody else has patched since. */
  restore(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  #resources(roots: readonly unknown[], vendor: Vendor): void {
    this.#undo.push(...hintHelpers(roots, this.#current));
    const current = this.#current;
    this.#undo.push(...(this.#leafFallback ? patchLeaves(roots, vendor, current) : hintLeaves(roots, LEAVES, current)));
  }

  #class(value: unknown, vendor: Vendor): void {
    if (typeof value !== "function") return;
    const owner = trunkOwner(Reflect.get(value, "prototype"));
    if (owner !== undefined) this.#patch(owner, vendor);
  }

  #patch(owner: Parameters<typeof patchTrunk>[0], vendor: Vendor): void {
    if (this.#leafFallback) return;
    const undo = patchTrunk(owner, vendor, this.#current);
    if (undo !== undefined) this.#undo.push(undo, ...hintTrunkCallers(owner, BEFORE_TRUNK, this.#current));
  }
}

/** Whose SDK a bundled class is: its names are all there is to tell by. */
function vendorOf(prototype: unknown): Vendor {
  let at = prototype;
  while (typeof at === "object" && at !== null) {
    const made: unknown = Reflect.get(at, "constructor");
    const name = typeof made === "function" ? made.name : "";
    const vendor = VENDORS.find(({ provider }) => name.toLowerCase().includes(provider));
    if (vendor !== undefined) return vendor;
    at = Object.getPrototypeOf(at);
  }
  return UNKNOWN;
}

const UNKNOWN: Vendor = { name: "unknown", provider: "unknown", trunkFiles: [] };
