import { isObject, type JsonObject } from "@tesserae/core";
import type { ViewerPage, ViewerPlace } from "./file-viewer.ts";

/** The place of a viewer in a state; `undefined` for what is none. */
export function placeOf(json: unknown): ViewerPlace | undefined {
  if (!isObject(json) || typeof json["path"] !== "string" || typeof json["page"] !== "number") return undefined;
  const { path, page, title, query } = json;
  return {
    path,
    page,
    title: typeof title === "string" ? title : null,
    query: typeof query === "string" ? query : null,
  };
}

/** A page as a workbench wrote it: it may have been in a state since, outside of the program. */
export function pageOf(text: string): ViewerPage | undefined {
  const json = objectOf(text);
  const place = placeOf(json?.["place"]);
  if (json === undefined || place === undefined) return undefined;
  const { pages, text: shown, notice } = json;
  if (typeof pages !== "number" || typeof shown !== "string") return undefined;
  return { place, pages, text: shown, notice: typeof notice === "string" ? notice : null };
}

/** A JSON object in a text. */
export function objectOf(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // What was parsed of JSON is JSON.
    return isObject(value) && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
