import type { Protocol } from "@tesserae/wire/response";
import { SseDecoder } from "@tesserae/wire/sse";
import { assemblerOf, startOfLastEvents } from "../../relay/read-stream.ts";

/** Members of events that hold a part of the answer, when they are not empty. Inside of a text their quotes are escaped. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  "openai-chat": ['"content":"', '"content": "', '"arguments":"', '"arguments": "'],
  anthropic: ['"text":"', '"text": "', '"partial_json":"', '"partial_json": "'],
};
const QUOTE = 0x22;
const NOTHING = /^\s*:\s*null\b/;

/**
 * Whether one can tell from a stream's last events and a few marks in the others that it is whole, says something, and is
 * neither an error nor a refusal. False says nothing: the stream has to be put together then, which takes a hundred times as
 * long. `finishes`: the words for an end that is a whole answer's.
 */
export function isPlainlyWholeStream(protocol: Protocol, body: Buffer, finishes: ReadonlySet<string | null>): boolean {
  const marks = PARTS[protocol];
  if (marks === undefined || !marks.some((mark) => isFilled(body, mark))) return false;
  if (holdsName(body, "error") || mayRefuse(body)) return false;
  const end = assemblerOf(protocol);
  for (const { data } of new SseDecoder().push(body.subarray(startOfLastEvents(body)))) end.pushData(data);
  if (!end.ended) return false;
  const { rawFinishReason, finishReason, usage, error } = end.finish();
  const isWhole = finishes.has(rawFinishReason) && rawFinishReason !== null && finishReason !== "content_filter";
  return isWhole && usage !== null && error === undefined;
}

/** Whether a text that a mark stands before is not empty anywhere. */
function isFilled(body: Buffer, mark: string): boolean {
  for (let at = body.indexOf(mark); at !== -1; at = body.indexOf(mark, at)) {
    at += mark.length;
    if (body[at] !== QUOTE) return true;
  }
  return false;
}

/** Whether a name stands anywhere. Its first quote is not searched for: every second byte or so of JSON is one to stop at. */
function holdsName(body: Buffer, name: string): boolean {
  const end = Buffer.from(`${name}"`);
  for (let at = body.indexOf(end); at !== -1; at = body.indexOf(end, at + 1)) {
    if (body[at - 1] === QUOTE) return true;
  }
  return false;
}

/** Most streams name a refusal once, to say that there is none. */
function mayRefuse(body: Buffer): boolean {
  const name = '"refusal"';
  for (let at = body.indexOf(name); at !== -1; at = body.indexOf(name, at)) {
    at += name.length;
    if (!NOTHING.test(body.toString("latin1", at, at + 16))) return true;
  }
  return false;
}
