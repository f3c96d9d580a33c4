import { describe, expect, test } from "vitest";
import { assemble, callsOf, countedIds, joined } from "../../test/agreement.ts";
import { responsesEventsOf } from "../../test/as-stream.ts";
import { eventsOfStream, isStream, RECORDINGS, recordedExchanges, SKIPPED } from "../../test/recordings.ts";
import { createOpenAIResponsesAssembler } from "./assembler.ts";
import { decodeOpenAIResponses } from "./decode.ts";

type Item = Record<string, unknown>;

const exchanges = recordedExchanges((path) => /\/responses(\/resp_\w+)?$/.test(path)).filter(
  ({ status }) => status === 200,
);
const whole = exchanges.filter((exchange) => !isStream(exchange));
const streams = exchanges.filter(isStream);

const partsOf = (body: unknown, type: string, list: string): Item[] =>
  (body as { output: Item[] }).output
    .filter((item) => item["type"] === type)
    .flatMap((item) => (item[list] ?? []) as Item[]);

describe.skipIf(RECORDINGS === undefined)(`recorded responses ${SKIPPED}`, () => {
  test("there are whole answers and streams", () => {
    expect(whole.length).toBeGreaterThan(60);
    expect(streams.length).toBeGreaterThan(10);
  });

  test.each(whole)("$name holds what the payload holds", ({ body }) => {
    const answer = body as { id: string; model: string; status: string; output: Item[] };
    const response = decodeOpenAIResponses(body);
    expect(response).toMatchObject({ id: answer.id, model: answer.model });
    expect(response.text).toBe(
      partsOf(body, "message", "content")
        .map((part) => part["text"])
        .join(""),
    );
    const reasoning = [...partsOf(body, "reasoning", "summary"), ...partsOf(body, "reasoning", "content")];
    expect(response.thinking.replaceAll("\n\n", "").length).toBe(
      reasoning
        .map((part) => part["text"])
        .join("")
        .replaceAll("\n\n", "").length,
    );
    expect(response.toolCalls).toEqual(
      answer.output
        .filter((item) => item["type"] === "function_call")
        .map((item) => ({ id: item["call_id"], name: item["name"], arguments: item["arguments"] })),
    );
    expect(response.complete).toBe(answer.status.startsWith("complete"));
    if (answer.output.some((item) => item["type"] === "reasoning")) {
      expect(response.providerData).toEqual({ protocol: "openai-responses", data: { output: answer.output } });
    }
    expect(response.notes).toEqual([]);
  });

  test.each(whole)("$name comes out the same as a stream whose last event has no output", ({ body }) => {
    const { response, deltas } = assemble(
      createOpenAIResponsesAssembler(countedIds()),
      responsesEventsOf(body as Item),
    );
    const expected = decodeOpenAIResponses(body, countedIds());
    if (!expected.complete) return;
    expect(response).toEqual(expected);
    expect(joined(deltas, "text")).toBe(expected.text);
    expect(callsOf(deltas)).toEqual(
      expected.toolCalls.map((call) => ({ ...call, arguments: JSON.parse(call.arguments) as unknown })),
    );
  });

  test.each(streams)("$name is assembled from its stream, as from its last event", ({ body }) => {
    const events = eventsOfStream(body);
    const { response, deltas } = assemble(createOpenAIResponsesAssembler(), events);
    expect(response).toEqual(decodeOpenAIResponses(events.at(-1)?.["response"]));
    const text = events
      .filter((event) => event["type"] === "response.output_text.delta")
      .map((event) => event["delta"]);
    expect(response.text).toBe(text.join(""));
    expect(joined(deltas, "text")).toBe(response.text);
    expect(joined(deltas, "thinking")).toBe(response.thinking);
    expect(response.complete).toBe(true);
    expect(response.notes).toEqual([]);
  });

  test.each(streams)("$name, cut before its last event, still gives the text that came", ({ body }) => {
    const events = eventsOfStream(body);
    const { response } = assemble(createOpenAIResponsesAssembler(), events.slice(0, -1));
    const expected = decodeOpenAIResponses(events.at(-1)?.["response"]);
    expect(response).toMatchObject({ text: expected.text, toolCalls: expected.toolCalls, complete: false });
  });
});
