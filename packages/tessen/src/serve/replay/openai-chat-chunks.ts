import type { RawObject } from "@tesserae/wire";
import { objectOf, objectsIn, piecesIn } from "./members.ts";

/** Members of a message that come in pieces. */
const TEXTS = ["reasoning_content", "reasoning", "content", "refusal"] as const;

/** The chunks as which a chat completion could have been streamed. */
export function openAIChatChunks(body: RawObject, withUsage: boolean): RawObject[] {
  const { choices, usage, ...rest } = body;
  const base = { ...rest, object: "chat.completion.chunk" };
  const chunks = objectsIn(choices).flatMap((choice) =>
    choiceDeltas(choice).map((delta) => ({ ...base, choices: [delta] })),
  );
  return withUsage && usage !== undefined && usage !== null ? [...chunks, { ...base, choices: [], usage }] : chunks;
}

function choiceDeltas(choice: RawObject): RawObject[] {
  const { message: whole, finish_reason, index = 0, ...rest } = choice;
  const message = objectOf(whole);
  const { role = "assistant", tool_calls: calls, ...others } = message;
  const delta = (members: RawObject): RawObject => ({ index, delta: members, finish_reason: null });
  const texts = TEXTS.filter((name) => typeof message[name] === "string");
  const untouched = Object.entries(others).filter(
    ([name, value]) => value !== null && !texts.some((known) => known === name),
  );
  return [
    delta({ role, content: texts.includes("content") ? "" : null }),
    ...texts.flatMap((name) => piecesIn(message[name]).map((piece) => delta({ [name]: piece }))),
    // What is not known to come in pieces comes whole. OpenRouter's `reasoning_details` never come without `reasoning`.
    ...(untouched.length === 0
      ? []
      : [delta({ ...(texts.includes("reasoning") ? { reasoning: "" } : {}), ...Object.fromEntries(untouched) })]),
    ...objectsIn(calls).flatMap((call, place) => callDeltas(call, place).map((each) => delta({ tool_calls: [each] }))),
    { ...rest, index, delta: {}, finish_reason: finish_reason ?? null },
  ];
}

function callDeltas(call: RawObject, index: number): RawObject[] {
  const called = objectOf(call["function"]);
  const start = {
    index,
    ...call,
    ...(call["function"] === undefined ? {} : { function: { ...called, arguments: "" } }),
  };
  return [start, ...piecesIn(called["arguments"]).map((piece) => ({ index, function: { arguments: piece } }))];
}
