import type { Protocol } from "@tesserae/wire/response";
import type { JsonScanner, Member, ScannedObject } from "../../http/json/json-scanner.ts";

const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Whether one can tell from a body of JSON, without parsing it, that it is whole, says something, and is neither an error
 * nor a refusal. False says nothing: the body has to be decoded then, which takes far longer. `finishes`: the words for an end
 * that is a whole answer's.
 */
export function isPlainlyWholeBody(
  scanner: JsonScanner,
  protocol: Protocol,
  body: Buffer,
  finishes: ReadonlySet<string | null>,
): boolean {
  try {
    const answer = scanner.scan(body);
    if (answer.hasDuplicates || find(answer, "error") !== undefined) return false;
    const usage = find(answer, "usage");
    if (usage === undefined || body[usage.valueStart] !== OPEN_BRACE) return false;
    if (protocol === "openai-chat") return isWholeChat(scanner, body, answer, finishes);
    return protocol === "anthropic" && isWholeMessage(scanner, body, answer, finishes);
  } catch {
    return false;
  }
}

/** One choice, whose message has a text or calls of tools. */
function isWholeChat(
  scanner: JsonScanner,
  body: Buffer,
  answer: ScannedObject,
  finishes: ReadonlySet<string | null>,
): boolean {
  const choice = onlyObject(scanner, body, find(answer, "choices"));
  if (choice === undefined || !finishes.has(textOf(body, find(choice, "finish_reason")))) return false;
  const place = find(choice, "message");
  const message = place === undefined ? undefined : scanner.scanInside(body, place.valueStart);
  if (message === undefined || message.hasDuplicates) return false;
  const refusal = find(message, "refusal");
  if (refusal !== undefined && !isNull(body, refusal)) return false;
  return isFilledText(body, find(message, "content")) || isFilledList(scanner, body, find(message, "tool_calls"));
}

/** One block, of text or a call of a tool. */
function isWholeMessage(
  scanner: JsonScanner,
  body: Buffer,
  answer: ScannedObject,
  finishes: ReadonlySet<string | null>,
): boolean {
  if (!finishes.has(textOf(body, find(answer, "stop_reason")))) return false;
  const block = onlyObject(scanner, body, find(answer, "content"));
  const type = block === undefined ? null : textOf(body, find(block, "type"));
  if (block === undefined || type === null) return false;
  return type === "tool_use" || (type === "text" && isFilledText(body, find(block, "text")));
}

function find({ members }: ScannedObject, name: string): Member | undefined {
  return members.find((member) => member.name === name);
}

/** The object that is alone in a list. */
function onlyObject(scanner: JsonScanner, body: Buffer, list: Member | undefined): ScannedObject | undefined {
  if (list === undefined || body[list.valueStart] !== OPEN_BRACKET) return undefined;
  const object = scanner.scanInside(body, afterSpace(body, list.valueStart + 1));
  return object?.hasDuplicates === false && body[afterSpace(body, object.end)] === CLOSE_BRACKET ? object : undefined;
}

function isFilledList(scanner: JsonScanner, body: Buffer, list: Member | undefined): boolean {
  if (list === undefined || body[list.valueStart] !== OPEN_BRACKET) return false;
  return scanner.scanInside(body, afterSpace(body, list.valueStart + 1)) !== undefined;
}

function isFilledText(body: Buffer, member: Member | undefined): boolean {
  return member !== undefined && body[member.valueStart] === QUOTE && member.valueEnd - member.valueStart > 2;
}

function isNull(body: Buffer, member: Member): boolean {
  return body.toString("latin1", member.valueStart, member.valueEnd) === "null";
}

/** A text as it is written between its quotes; `null` where it is none. */
function textOf(body: Buffer, member: Member | undefined): string | null {
  if (member === undefined || body[member.valueStart] !== QUOTE) return null;
  return body.toString("latin1", member.valueStart + 1, member.valueEnd - 1);
}

function afterSpace(body: Buffer, from: number): number {
  let at = from;
  while (body[at] === 0x20 || body[at] === 0x0a || body[at] === 0x0d || body[at] === 0x09) at += 1;
  return at;
}
