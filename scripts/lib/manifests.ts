import { readdirSync, existsSync } from "node:fs";
import { join } from "node:path";
import { readText } from "./tree.ts";

/** A target in an export map: a file, a map of conditions, or null for what is sealed. */
export type ExportTarget = string | null | { readonly [condition: string]: ExportTarget };

/** What the gates read of a `package.json`. */
export interface Manifest {
  readonly name: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, ExportTarget>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** A package of the workspace. */
export interface Package {
  /** Its folder, relative to the repository: `packages/core`. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Reads a `package.json`. */
export function readManifest(root: string, file: string): Manifest {
  return JSON.parse(readText(root, file)) as Manifest;
}

/** The packages under `packages/`, by folder name. */
export function readPackages(root: string): Package[] {
  if (!existsSync(join(root, "packages"))) return [];
  return readdirSync(join(root, "packages"))
    .sort()
    .map((name) => `packages/${name}`)
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .map((folder) => ({ folder, manifest: readManifest(root, `${folder}/package.json`) }));
}

/** The files of a target by condition: `source`, `types`, `default`; a plain string counts as `default`. */
export function conditionsOf(target: ExportTarget): [condition: string, file: string][] {
  if (target === null) return [];
  if (typeof target === "string") return [["default", target]];
  return Object.entries(target).flatMap(([condition, inner]) =>
    typeof inner === "string" ? [[condition, inner] as [string, string]] : conditionsOf(inner),
  );
}
