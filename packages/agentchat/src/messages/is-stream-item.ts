import { isObject } from "@tesserae/core";
import type { StreamItem } from "./types.ts";

/** True for a message or an event; false for the results that end streams and for anything else. */
export function isStreamItem(value: unknown): value is StreamItem {
  return (
    isObject(value) &&
    typeof value["type"] === "string" &&
    typeof value["source"] === "string" &&
    typeof value["createdAt"] === "string"
  );
}
