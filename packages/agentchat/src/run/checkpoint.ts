import { ValueError, isObject, type Json } from "@tesserae/core";
import type { MessageRegistry } from "../messages/registry.ts";
import type { StreamItem } from "../messages/types.ts";

/** What a mark holds of a run: the runner's state, and what the result has so far. */
export function writeCheckpoint(state: Json, items: readonly StreamItem[], messages: MessageRegistry): Json {
  return { runner: state, messages: items.map((item) => messages.toJson(item)) };
}

/** Reads what {@link writeCheckpoint} wrote. */
export function readCheckpoint(
  checkpoint: Json,
  messages: MessageRegistry,
): { readonly state: Json; readonly shown: readonly StreamItem[] } {
  const { runner, messages: shown } = isObject(checkpoint) ? checkpoint : {};
  if (runner === undefined || !Array.isArray(shown)) {
    throw new ValueError("The checkpoint of this run was not written by an agent or a team.", {
      code: "ERR_JOURNAL_CORRUPT",
    });
  }
  return { state: runner, shown: shown.map((message) => messages.create(message)) };
}
