import { isRawObject } from "@tesserae/wire";

/** What only the gateway can do that has the database open, and another process may want of it. */
export type Wish =
  /** A checkpoint over the rows since the last one. */
  | { readonly type: "checkpoint" }
  /** What was written of a request corrected; see `Adjustment`. */
  | { readonly type: "adjust"; readonly request: string; readonly actual: number; readonly original?: number }
  /** How full the cache is, and what it did. */
  | { readonly type: "cache-stats" }
  /** One entry of the cache taken out, by the id that its hits carry. */
  | { readonly type: "cache-purge-entry"; readonly entry: string }
  /** All that a workload has in the cache taken out. */
  | { readonly type: "cache-purge-workload"; readonly tenant: string; readonly workload: string };

/** Reads a wish; `undefined` for what another release may have wished. */
export function readWish(text: string): Wish | undefined {
  const wish: unknown = JSON.parse(text);
  return isWish(wish) ? wish : undefined;
}

function isWish(value: unknown): value is Wish {
  if (!isRawObject(value)) return false;
  switch (value["type"]) {
    case "checkpoint":
    case "cache-stats":
      return true;
    case "adjust":
      return (
        typeof value["request"] === "string" &&
        typeof value["actual"] === "number" &&
        ["number", "undefined"].includes(typeof value["original"])
      );
    case "cache-purge-entry":
      return typeof value["entry"] === "string";
    case "cache-purge-workload":
      return typeof value["tenant"] === "string" && typeof value["workload"] === "string";
    default:
      return false;
  }
}
