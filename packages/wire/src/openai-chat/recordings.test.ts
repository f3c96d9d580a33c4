import { describe, expect, test } from "vitest";
import { assemble, callsOf, countedIds, joined } from "../../test/agreement.ts";
import { chatChunksOf } from "../../test/as-stream.ts";
import { eventsOfStream, isStream, RECORDINGS, recordedExchanges, SKIPPED } from "../../test/recordings.ts";
import { createOpenAIChatAssembler, decodeOpenAIChat } from "./assembler.ts";

interface Message {
  readonly content: unknown;
  readonly reasoning?: string;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly { id: string; function: { name: string; arguments?: string } }[] | null;
}

const exchanges = recordedExchanges((path) => path.endsWith("/chat/completions")).filter(
  ({ status }) => status === 200,
);
const whole = exchanges.filter((exchange) => !isStream(exchange));
const streams = exchanges.filter(isStream);

describe.skipIf(RECORDINGS === undefined)(`recorded chat completions ${SKIPPED}`, () => {
  test("there are whole answers and streams of several providers", () => {
    expect(whole.length).toBeGreaterThan(70);
    expect(streams.length).toBeGreaterThan(5);
  });

  test.each(whole)("$name holds what the payload holds", ({ body }) => {
    const answer = body as { id: string; model: string; choices: { message: Message; finish_reason: string }[] };
    const message = answer.choices[0]?.message;
    const response = decodeOpenAIChat(body);
    expect(response).toMatchObject({ id: answer.id, model: answer.model, complete: true });
    if (!Array.isArray(message?.content)) expect(response.text).toBe(message?.content ?? "");
    const thinking = message?.reasoning_content ?? message?.reasoning;
    if (thinking !== undefined) expect(response.thinking).toBe(thinking ?? "");
    expect(response.toolCalls).toEqual(
      (message?.tool_calls ?? []).map((call) => ({
        id: call.id,
        name: call.function.name,
        arguments: call.function.arguments ?? "{}",
      })),
    );
    expect(response.rawFinishReason).toBe(answer.choices[0]?.finish_reason);
    expect(response.finishReason).not.toBe("unknown");
    expect(response.notes).toEqual([]);
  });

  test.each(whole)("$name comes out the same as a stream", ({ body }) => {
    const { response, deltas } = assemble(
      createOpenAIChatAssembler(countedIds()),
      chatChunksOf(body as Record<string, unknown>),
    );
    const expected = decodeOpenAIChat(body, countedIds());
    expect(response).toEqual(expected);
    expect(joined(deltas, "text")).toBe(expected.text);
    expect(joined(deltas, "thinking")).toBe(expected.thinking);
  });

  test.each(streams)("$name is assembled from its stream", ({ body }) => {
    const events = eventsOfStream(body);
    const { response, deltas } = assemble(createOpenAIChatAssembler(), events);
    const found = events.flatMap(
      (event) => (event["choices"] as { delta: Message; finish_reason: string | null }[] | undefined) ?? [],
    );
    const said = (read: (delta: Message) => unknown): string =>
      found.map(({ delta }) => (read(delta) ?? "") as string).join("");
    expect(response.text).toBe(said((delta) => delta.content));
    expect(response.thinking).toBe(said((delta) => delta.reasoning_content ?? delta.reasoning));
    expect(joined(deltas, "text")).toBe(response.text);
    expect(joined(deltas, "thinking")).toBe(response.thinking);
    expect(response.toolCalls.map((call) => call.arguments).join("")).toBe(
      said((delta) => (delta.tool_calls ?? []).map((call) => call.function.arguments ?? "").join("")),
    );
    expect(callsOf(deltas)).toEqual(
      response.toolCalls.map((call) => ({ ...call, arguments: JSON.parse(call.arguments) as unknown })),
    );
    expect(response).toMatchObject({ id: events[0]?.["id"], model: events[0]?.["model"], complete: true, notes: [] });
    expect(response.usage?.outputTokens).toBeGreaterThan(0);
  });

  test.each(streams)("$name is known to be cut when its end is missing", ({ body }) => {
    const events = eventsOfStream(body);
    const end = events.findIndex((event) =>
      ((event["choices"] as { finish_reason: unknown }[] | undefined) ?? []).some((choice) => choice.finish_reason),
    );
    const { response } = assemble(createOpenAIChatAssembler(), events.slice(0, end));
    expect(response.complete).toBe(false);
    expect(response.rawFinishReason).toBeNull();
  });
});
