import { isObject, type JsonObject } from "@tesserae/core";

/** What a person decides about a tool call, as the journal takes it. */
export type Decision = JsonObject & { readonly approved: boolean };

/** How a decision is written, for messages. */
export const DECISION_HELP = 'yes, no, no and a reason ("no: too dear"), or other arguments as a JSON object';

/**
 * Reads what a person says to a tool call: `yes`, `no`, `no: too dear`, or other arguments as a JSON object, with which
 * it is approved. `undefined` for anything else: what is not understood decides nothing.
 */
export function decisionFromText(text: string): Decision | undefined {
  const given = text.trim();
  if (given.startsWith("{")) return withArguments(given);
  const [, word = "", reason = ""] = /^(\w+)\W*(.*)$/s.exec(given) ?? [];
  switch (word.toLowerCase()) {
    case "y":
    case "yes":
    case "approve":
      // Words behind it may take back what it says.
      return reason === "" ? { approved: true } : undefined;
    case "n":
    case "no":
    case "deny":
      return reason === "" ? { approved: false } : { approved: false, reason };
    default:
      return undefined;
  }
}

function withArguments(text: string): Decision | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // What is parsed is JSON.
    return isObject(value) ? { approved: true, arguments: value as JsonObject } : undefined;
  } catch {
    return undefined;
  }
}
