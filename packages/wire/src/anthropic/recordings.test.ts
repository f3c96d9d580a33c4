import { describe, expect, test } from "vitest";
import { assemble, callsOf, joined } from "../../test/agreement.ts";
import { anthropicEventsOf } from "../../test/as-stream.ts";
import { eventsOfStream, isStream, RECORDINGS, recordedExchanges, SKIPPED } from "../../test/recordings.ts";
import type { AssembledResponse } from "../response/assembled-response.ts";
import { createAnthropicAssembler, decodeAnthropic } from "./assembler.ts";

type Block = Record<string, unknown>;

const exchanges = recordedExchanges((path) => path.endsWith("/v1/messages")).filter(({ status }) => status === 200);
const whole = exchanges.filter((exchange) => !isStream(exchange));
const streams = exchanges.filter(isStream);

function blocksOf(body: unknown, type: string): Block[] {
  return (body as { content: Block[] }).content.filter((block) => block["type"] === type);
}

function contentOf(response: AssembledResponse): Block[] {
  const data = response.providerData?.data as { content: Block[] } | undefined;
  return data?.content ?? [];
}

describe.skipIf(RECORDINGS === undefined)(`recorded Anthropic messages ${SKIPPED}`, () => {
  test("there are whole answers and streams", () => {
    expect(whole.length).toBeGreaterThan(80);
    expect(streams.length).toBeGreaterThan(3);
  });

  test.each(whole)("$name holds what the payload holds", ({ body }) => {
    const message = body as { id: string; model: string; content: Block[]; stop_reason: string };
    const response = decodeAnthropic(body);
    expect(response).toMatchObject({ id: message.id, model: message.model, rawFinishReason: message.stop_reason });
    expect(response.text).toBe(
      blocksOf(body, "text")
        .map((block) => block["text"])
        .join(""),
    );
    expect(response.thinking).toBe(
      blocksOf(body, "thinking")
        .map((block) => block["thinking"])
        .join(""),
    );
    expect(response.toolCalls).toEqual(
      blocksOf(body, "tool_use").map(({ id, name, input }) => ({ id, name, arguments: JSON.stringify(input) })),
    );
    const citations = blocksOf(body, "text").flatMap((block) => (block["citations"] ?? []) as Block[]);
    expect((response.citations ?? []).map((citation) => citation.raw)).toEqual(citations);
    expect(response.complete).toBe(true);
    const beyondText = message.content.some((block) => block["type"] !== "text" && block["type"] !== "tool_use");
    if (beyondText) expect(response.providerData?.data).toMatchObject({ content: message.content });
  });

  test.each(whole)("$name comes out the same as a stream, signatures and server tools included", ({ body }) => {
    const { response, deltas } = assemble(createAnthropicAssembler(), anthropicEventsOf(body as Block));
    const expected = decodeAnthropic(body);
    expect(response).toEqual(expected);
    expect(joined(deltas, "text")).toBe(expected.text);
    expect(joined(deltas, "thinking")).toBe(expected.thinking);
    expect(callsOf(deltas)).toEqual(
      expected.toolCalls.map((call) => ({ ...call, arguments: JSON.parse(call.arguments) as unknown })),
    );
  });

  test.each(streams)("$name is assembled from its stream", ({ body }) => {
    const events = eventsOfStream(body);
    const { response, deltas } = assemble(createAnthropicAssembler(), events);
    const started = events.map((event) => event["content_block"] as Block | undefined);
    const said = events.map((event) => event["delta"] as Block | undefined);
    const all = (key: string): string => [...started, ...said].map((part) => (part?.[key] ?? "") as string).join("");
    expect(response.text.length).toBe(all("text").length);
    expect(joined(deltas, "text")).toBe(response.text);
    expect(response.thinking).toBe(all("thinking"));
    expect(response.complete).toBe(true);
    expect(response.notes).toEqual([]);
    expect(response.finishReason).toBe("stop");
    const kept = contentOf(response);
    expect(kept.map((block) => block["type"])).toEqual(started.flatMap((block) => block?.["type"] ?? []));
    const inputs = kept.filter((block) => block["type"] === "server_tool_use").map((block) => block["input"]);
    expect(inputs.every((input) => typeof input === "object")).toBe(true);
  });

  test.each(streams)("$name is known to be cut wherever it breaks off before its stop reason", ({ body }) => {
    const events = eventsOfStream(body);
    const end = events.findIndex((event) => event["type"] === "message_delta");
    for (const cut of [1, Math.floor(end / 2), end]) {
      expect(assemble(createAnthropicAssembler(), events.slice(0, cut)).response.complete).toBe(false);
    }
  });
});
