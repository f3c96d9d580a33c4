import { describe, expect, test } from "vitest";
import { assemble, countedIds, joined } from "../../test/agreement.ts";
import { geminiEventsOf } from "../../test/as-stream.ts";
import { eventsOfStream, isStream, RECORDINGS, recordedExchanges, SKIPPED } from "../../test/recordings.ts";
import { createGeminiAssembler, decodeGemini } from "./assembler.ts";

type Part = Record<string, unknown> & {
  text?: string;
  thought?: boolean;
  functionCall?: { name: string; args?: unknown; id?: string };
};
interface Body {
  readonly candidates: readonly { content: { parts?: Part[] }; finishReason?: string; groundingMetadata?: unknown }[];
  readonly modelVersion: string;
}

const exchanges = recordedExchanges((path) => path.endsWith("enerateContent")).filter(({ status }) => status === 200);
const whole = exchanges.filter((exchange) => !isStream(exchange));
const streams = exchanges.filter(isStream);

function partsOf(bodies: readonly unknown[]): Part[] {
  return (bodies as Body[]).flatMap((body) => body.candidates[0]?.content.parts ?? []);
}

const textOf = (parts: readonly Part[], thought: boolean): string =>
  parts.map((part) => ((part.thought === true) === thought ? (part.text ?? "") : "")).join("");

describe.skipIf(RECORDINGS === undefined)(`recorded Gemini answers ${SKIPPED}`, () => {
  test("there are whole answers and streams", () => {
    expect(whole.length).toBeGreaterThan(50);
    expect(streams.length).toBeGreaterThan(8);
  });

  test.each(whole)("$name holds what the payload holds", ({ body }) => {
    const answer = body as Body;
    const parts = partsOf([body]);
    const response = decodeGemini(body);
    expect(response.model).toBe(answer.modelVersion);
    expect(response.text).toBe(textOf(parts, false));
    expect(response.thinking).toBe(textOf(parts, true));
    expect(response.toolCalls.map(({ name, arguments: given }) => [name, JSON.parse(given)])).toEqual(
      parts.flatMap((part) =>
        part.functionCall === undefined ? [] : [[part.functionCall.name, part.functionCall.args]],
      ),
    );
    expect(response.rawFinishReason).toBe(answer.candidates[0]?.finishReason);
    expect(response.complete).toBe(true);
    expect(response.notes.filter((note) => note.code !== "empty_result")).toEqual([]);
    for (const { startIndex, endIndex, url, citedText } of response.citations ?? []) {
      expect(url ?? citedText).toBeDefined();
      if (startIndex !== undefined) expect(response.text.slice(startIndex, endIndex).length).toBeGreaterThan(0);
    }
    if (parts.some((part) => part["thoughtSignature"] !== undefined)) {
      const kept = response.providerData?.data as { parts: Part[] } | undefined;
      expect(kept?.parts.map((part) => part["thoughtSignature"])).toEqual(
        parts.map((part) => part["thoughtSignature"]),
      );
    }
  });

  test.each(whole)("$name comes out the same as a stream", ({ body }) => {
    const { response, deltas } = assemble(
      createGeminiAssembler(countedIds()),
      geminiEventsOf(body as Record<string, unknown>),
    );
    const expected = decodeGemini(body, countedIds());
    expect(response).toEqual(expected);
    expect(joined(deltas, "text")).toBe(expected.text);
  });

  test.each(streams)("$name is assembled from its stream", ({ body }) => {
    const events = eventsOfStream(body);
    const { response, deltas } = assemble(createGeminiAssembler(), events);
    expect(response.text).toBe(textOf(partsOf(events), false));
    expect(response.thinking).toBe(textOf(partsOf(events), true));
    expect(joined(deltas, "text")).toBe(response.text);
    expect(joined(deltas, "thinking")).toBe(response.thinking);
    expect(response).toMatchObject({ complete: true, rawFinishReason: "STOP", notes: [] });
    const signatures = partsOf(events).flatMap((part) => part["thoughtSignature"] ?? []);
    const kept = response.providerData === undefined ? [] : (response.providerData.data as { parts: Part[] }).parts;
    expect(kept.flatMap((part) => part["thoughtSignature"] ?? [])).toEqual(signatures);
    const before = events.findIndex((event) => (event as unknown as Body).candidates[0]?.finishReason !== undefined);
    expect(assemble(createGeminiAssembler(), events.slice(0, before)).response.complete).toBe(false);
  });
});
