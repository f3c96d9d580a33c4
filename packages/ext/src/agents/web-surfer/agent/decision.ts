import { ValueError, createResultFromJson, isObject, type CreateResult, type JsonObject } from "@tesserae/core";
import type { PageView, SeenPage } from "../browser/page-view.ts";

/** What a model has decided, and what it had seen of the page; or why it has seen nothing. */
export type Decision = { readonly seen: SeenPage; readonly result: CreateResult } | { readonly fault: string };

/** What is kept of a page while a person is asked. The picture and the text were for the model, which has answered. */
export function seenPage({ url, height, pageTop, scrollHeight, regions, visible }: PageView): SeenPage & JsonObject {
  return { url, height, pageTop, scrollHeight, regions, visible };
}

/** A decision that was kept: it has been outside of the program. @throws ValueError for one that was spoiled there. */
export function readDecision(kept: JsonObject): Decision {
  const { seen, result, fault } = kept;
  if (typeof fault === "string") return { fault };
  if (!isSeenPage(seen)) {
    throw new ValueError("The state holds a turn of a surfer whose page cannot be read: let the turn begin anew.");
  }
  return { seen, result: createResultFromJson(result) };
}

function isSeenPage(value: unknown): value is SeenPage {
  if (!isObject(value) || typeof value["url"] !== "string") return false;
  const { regions, visible } = value;
  return (
    ["height", "pageTop", "scrollHeight"].every((key) => typeof value[key] === "number") &&
    Array.isArray(visible) &&
    Array.isArray(regions) &&
    regions.every(isRegion)
  );
}

function isRegion(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value["id"] === "number" &&
    ["tagName", "role", "name"].every((key) => typeof value[key] === "string")
  );
}
