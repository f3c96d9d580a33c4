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
