import { isRawObject, listOf, type RawObject } from "../json.ts";

/**
 * The content of a message that comes as a list of parts (Mistral's thinking models), with what a delta adds. Text that goes
 * on where the last delta ended is one part.
 */
export function joinParts(before: unknown, added: unknown): unknown[] {
  const known = asParts(before);
  const more = asParts(added);
  const last = known.at(-1);
  const next = more[0];
  const joined = isRawObject(last) && isRawObject(next) ? joinedPart(last, next) : undefined;
  return joined === undefined ? [...known, ...more] : [...known.slice(0, -1), joined, ...more.slice(1)];
}

function joinedPart(last: RawObject, part: RawObject): RawObject | undefined {
  if (last["type"] !== part["type"]) return undefined;
  const { text, thinking } = part;
  if (part["type"] === "text" && typeof last["text"] === "string" && typeof text === "string") {
    return { ...last, ...part, text: last["text"] + text };
  }
  if (part["type"] !== "thinking") return undefined;
  if (typeof last["thinking"] === "string" && typeof thinking === "string") {
    return { ...last, ...part, thinking: last["thinking"] + thinking };
  }
  if (!Array.isArray(last["thinking"]) || !Array.isArray(thinking)) return undefined;
  return { ...last, ...part, thinking: joinParts(last["thinking"], thinking) };
}

/** A text is one part; no content is none. */
function asParts(content: unknown): readonly unknown[] {
  if (typeof content === "string") return content === "" ? [] : [{ type: "text", text: content }];
  return listOf(content);
}
