import { ValueError, isObject } from "@tesserae/core";
import type { ChatMessage } from "../../messages/types.ts";

/** Which messages of one source pass. */
export interface PerSourceFilter {
  readonly source: string;
  /** With `count`: the first or the last ones. Without both: all. */
  readonly position?: "first" | "last" | undefined;
  readonly count?: number | undefined;
}

/** Which messages pass: what each entry lets through, in the order of the entries. Other sources are dropped. */
export interface MessageFilterConfig {
  readonly perSource: readonly PerSourceFilter[];
}

/** @throws ValueError for an entry that would let through other messages than it seems to. */
export function checkedFilter(filter: MessageFilterConfig): MessageFilterConfig {
  const entries: unknown = isObject(filter) ? filter["perSource"] : undefined;
  if (!Array.isArray(entries)) {
    throw new ValueError("The filter of a MessageFilterAgent is { perSource: [{ source, position, count }] }.");
  }
  for (const [index, entry] of entries.entries()) {
    const { source, position, count }: { readonly [key: string]: unknown } = isObject(entry) ? entry : {};
    const problem =
      typeof source !== "string"
        ? "needs the name of a source"
        : position !== undefined && position !== null && position !== "first" && position !== "last"
          ? `has the position ${JSON.stringify(position)}; there are "first" and "last"`
          : count !== undefined && count !== null && !(Number.isInteger(count) && Number(count) >= 0)
            ? `has the count ${JSON.stringify(count)}, which is no whole number from 0`
            : undefined;
    if (problem !== undefined) throw new ValueError(`Entry ${index} of perSource ${problem}.`);
  }
  return filter;
}

/** The messages that pass, in the order of the filter's entries: a source that two entries name comes twice. */
export function filterMessages(
  messages: readonly ChatMessage[],
  { perSource }: MessageFilterConfig,
): readonly ChatMessage[] {
  return perSource.flatMap(({ source, position, count }) => {
    const of = messages.filter((message) => message.source === source);
    if (position === undefined || count === undefined || count === 0) return of;
    return position === "first" ? of.slice(0, count) : of.slice(-count);
  });
}
