/** What {@link splitThinkTags} found. */
export interface ThinkTagSplit {
  readonly text: string;
  /** The reasoning, trimmed; `undefined` when there was no pair of tags. */
  readonly thinking: string | undefined;
  /** False when the tags are missing, or the closing one stands before the opening one: a caller may warn. */
  readonly found: boolean;
}

/**
 * Takes the `<think>…</think>` part out of a text, as models of the R1 family write it where the server does not
 * keep reasoning apart. Both parts are trimmed; without a pair of tags the text comes back unchanged.
 */
export function splitThinkTags(text: string): ThinkTagSplit {
  const open = text.indexOf("<think>");
  const close = text.indexOf("</think>");
  if (open === -1 || close === -1 || close < open) return { text, thinking: undefined, found: false };
  return {
    text: text.slice(close + "</think>".length).trim(),
    thinking: text.slice(open + "<think>".length, close).trim(),
    found: true,
  };
}
