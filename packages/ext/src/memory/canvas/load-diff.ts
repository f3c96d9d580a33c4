import { createRequire } from "node:module";
import type * as diff from "diff";
import { isObject, RuntimeError } from "@tesserae/core";

/** The package that makes and applies diffs. */
type DiffPackage = Pick<typeof diff, "FILE_HEADERS_ONLY" | "applyPatch" | "createTwoFilesPatch" | "parsePatch">;

/**
 * Loads the package `diff` at its first use: at once, since the methods of a canvas do not wait.
 *
 * @throws RuntimeError `ERR_PACKAGE_MISSING` when it is not there.
 */
export function loadDiff(): DiffPackage {
  try {
    const loaded: unknown = createRequire(import.meta.url)("diff");
    if (isDiffPackage(loaded)) return loaded;
  } catch (cause) {
    if (!isObject(cause) || cause["code"] !== "MODULE_NOT_FOUND") throw cause;
  }
  throw new RuntimeError("Diffs of a canvas need the package diff, version 9 or later. Run: npm install diff", {
    code: "ERR_PACKAGE_MISSING",
  });
}

function isDiffPackage(value: unknown): value is DiffPackage {
  return typeof value === "object" && value !== null && "applyPatch" in value && "createTwoFilesPatch" in value;
}
