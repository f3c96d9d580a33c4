import type { JsonObject } from "@tesserae/core";

/** The present version of each tool that the provider runs, for those who only say its kind. */
const VERSIONS: Readonly<Record<string, readonly [type: string, name: string]>> = {
  web_search: ["web_search_20250305", "web_search"],
  web_fetch: ["web_fetch_20250910", "web_fetch"],
  code_execution: ["code_execution_20250825", "code_execution"],
};

/** The form of a tool that the provider runs, with the version and the name that it wants. */
export function encodeProviderTool(form: JsonObject): JsonObject {
  const { type } = form;
  const known = typeof type === "string" && Object.hasOwn(VERSIONS, type) ? VERSIONS[type] : undefined;
  if (known !== undefined) return { ...form, type: known[0], name: known[1] };
  if (typeof type !== "string" || form["name"] !== undefined) return form;
  // "web_search_20260209" is called web_search.
  return { ...form, name: type.replace(/_\d{8}$/, "") };
}
