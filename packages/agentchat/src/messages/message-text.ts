import { shapeText } from "./by-shape.ts";
import { knownDefinition } from "./registry.ts";
import type { StreamItem } from "./types.ts";

/** A message for people, by its type, or by its shape when the type is the user's own. */
export function messageText(item: StreamItem): string {
  return knownDefinition(item.type)?.toText(item) ?? shapeText(item);
}
