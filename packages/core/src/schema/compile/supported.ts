import { schemaPlace, UnsupportedKeywordError } from "../errors.ts";
import { read, type Keywords } from "./read.ts";

/** Keywords of some draft that change the verdict and are not supported, with what to write instead. */
const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ["unevaluatedProperties", "Use additionalProperties in a schema that lists all keys."],
  ["unevaluatedItems", "Use prefixItems with items."],
  ["$dynamicRef", "Use $ref."],
  ["$recursiveRef", "Use $ref."],
  ["extends", "Use allOf."],
  ["disallow", "Use not."],
  ["divisibleBy", "Use multipleOf."],
]);

/** @throws UnsupportedKeywordError for the first keyword that would change the verdict and is not supported. */
export function refuseUnsupported(schema: Keywords, pointer: string): void {
  for (const keyword in schema) {
    const advice = UNSUPPORTED.get(keyword);
    // `true` is what these two mean when they are absent.
    if (advice === undefined || (keyword.startsWith("unevaluated") && schema[keyword] === true)) continue;
    throw unsupported(pointer, keyword, advice);
  }
  const id = read(schema, "$id");
  if (pointer !== "" && typeof id === "string" && !id.startsWith("#")) {
    throw unsupported(pointer, "$id", "An $id below the root would change what references mean: leave it out.");
  }
  for (const keyword of ["exclusiveMinimum", "exclusiveMaximum"]) {
    if (typeof read(schema, keyword) === "boolean") {
      throw unsupported(pointer, keyword, "Write the limit itself as a number, not true or false (draft 4).");
    }
  }
}

function unsupported(pointer: string, keyword: string, advice: string): UnsupportedKeywordError {
  return new UnsupportedKeywordError(
    `The keyword "${keyword}" at ${schemaPlace(pointer)} is not supported. ${advice}`,
    { pointer, keyword },
  );
}
