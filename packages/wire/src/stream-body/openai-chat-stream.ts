import { isRawObject, listOf, objectOf, textOf, type RawObject } from "../json.ts";
import { encodeSse } from "../sse/encode-sse.ts";
import { piecesOfCalls } from "./openai-chat-calls.ts";

/** The members that every chunk repeats. */
const OF_EVERY_CHUNK = ["id", "object", "created", "model", "system_fingerprint", "service_tier"];
/** The texts of a message that have a chunk of their own, in the order in which models write them. */
const TEXTS = ["reasoning_content", "reasoning", "content", "refusal"];

/**
 * The events of a chat completion that was not streamed: for each choice the role, each text, each tool call and the finish
 * reason; then usage, if it is asked for, and `[DONE]`.
 */
export function streamOfChat(body: RawObject, includeUsage: boolean): string[] {
  const { choices, usage, ...rest } = body;
  const base: Record<string, unknown> = {};
  for (const name of OF_EVERY_CHUNK) {
    if (rest[name] !== undefined) base[name] = rest[name] === "chat.completion" ? "chat.completion.chunk" : rest[name];
  }
  const chunks: RawObject[] = [];
  for (const [place, entry] of listOf(choices).entries()) {
    const choice = objectOf(entry);
    const index = typeof choice["index"] === "number" ? choice["index"] : place;
    for (const given of chunksOfChoice(choice)) {
      // What only the whole answer says comes with the first chunk.
      const first = chunks.length === 0 ? rest : {};
      chunks.push({ ...first, ...base, choices: [{ index, ...given }], ...(includeUsage ? { usage: null } : {}) });
    }
  }
  if (chunks.length === 0) chunks.push({ ...rest, ...base, choices: [] });
  if (includeUsage && isRawObject(usage)) chunks.push({ ...base, choices: [], usage });
  const events = chunks.map((chunk) => encodeSse({ data: JSON.stringify(chunk) }));
  return [...events, encodeSse({ data: "[DONE]" })];
}

function chunksOfChoice(choice: RawObject): RawObject[] {
  const { index: _index, message: given, finish_reason, logprobs, ...rest } = choice;
  const message = objectOf(given);
  const nothing = logprobs === undefined ? {} : { logprobs: null };
  const opening: Record<string, unknown> = { ...message };
  const deltas: RawObject[] = [];
  let spoken = -1;
  for (const name of TEXTS) {
    const said = message[name];
    if (textOf(said) === "" && !(name === "content" && Array.isArray(said))) continue;
    if (name === "content") spoken = deltas.length;
    deltas.push({ [name]: said });
    if (name === "content") opening[name] = "";
    else if (name === "refusal") opening[name] = null;
    else delete opening[name];
  }
  const calls = piecesOfCalls(message["tool_calls"]);
  if (calls.length > 0) delete opening["tool_calls"];
  for (const call of calls) deltas.push({ tool_calls: [call] });
  const chunks: RawObject[] = [opening, ...deltas].map((delta) => ({ delta, ...nothing, finish_reason: null }));
  const said = logprobs === undefined ? {} : { logprobs };
  // The probabilities are those of the tokens of the text.
  if (spoken !== -1) chunks[spoken + 1] = { delta: deltas[spoken], ...said, finish_reason: null };
  return [...chunks, { ...rest, delta: {}, ...(spoken === -1 ? said : nothing), finish_reason: finish_reason ?? null }];
}
