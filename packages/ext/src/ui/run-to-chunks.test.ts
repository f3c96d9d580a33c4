import { HandoffMessage, MultiModalMessage, TextMessage, type StreamItem } from "@tesserae/agentchat";
import { imageFromBase64 } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { RunToChunks } from "./run-to-chunks.ts";

const FIELDS = { id: "e", source: "a", metadata: {}, createdAt: "2025-01-01T00:00:00.000Z" };
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

function chunk(content: string, fullMessageId = "m", restarted = false): StreamItem {
  return { ...FIELDS, type: "ModelClientStreamingChunkEvent", content, fullMessageId, restarted };
}

/** The chunks of items after the agent has begun. */
function chunksOf(...items: readonly StreamItem[]): readonly unknown[] {
  const made = new RunToChunks(false);
  return items.flatMap((item) => made.item(item)).slice(2);
}

describe("the chunks of items", () => {
  test("have images as files, beside the text", () => {
    const content = ["Look:", imageFromBase64(PIXEL)];
    expect(chunksOf(MultiModalMessage({ source: "a", content }))).toMatchObject([
      { type: "text-start" },
      { type: "text-delta", delta: "Look:" },
      { type: "text-end" },
      { type: "file", mediaType: "image/png", url: `data:image/png;base64,${PIXEL}` },
    ]);
  });

  test("have a handoff, and a question to a person, as data", () => {
    expect(
      chunksOf(HandoffMessage({ source: "a", target: "b", content: "To b." }), {
        ...FIELDS,
        type: "UserInputRequestedEvent",
        requestId: "q1",
        content: "",
      }),
    ).toEqual([
      { type: "data-handoff", data: { target: "b", content: "To b." } },
      { type: "data-input-request", data: { requestId: "q1" } },
    ]);
  });

  test("begin another text where a resumed run writes a message anew", () => {
    const said = { ...TextMessage({ source: "a", content: "Good day" }), id: "m" };
    expect(chunksOf(chunk("Good "), chunk("Good ", "m", true), chunk("day"), said)).toEqual([
      { type: "text-start", id: "m" },
      { type: "text-delta", id: "m", delta: "Good " },
      { type: "text-end", id: "m" },
      { type: "text-start", id: "m:1" },
      { type: "text-delta", id: "m:1", delta: "Good " },
      { type: "text-delta", id: "m:1", delta: "day" },
      { type: "text-end", id: "m:1" },
    ]);
  });

  test("end a text that another message follows, and begin a step for another agent", () => {
    const other = { ...TextMessage({ source: "b", content: "Me." }), id: "n" };
    expect(chunksOf(chunk("Wait"), other)).toEqual([
      { type: "text-start", id: "m" },
      { type: "text-delta", id: "m", delta: "Wait" },
      { type: "text-end", id: "m" },
      { type: "finish-step" },
      { type: "start-step" },
      { type: "data-agent", data: { name: "b" } },
      { type: "text-start", id: "n" },
      { type: "text-delta", id: "n", delta: "Me." },
      { type: "text-end", id: "n" },
    ]);
  });

  test("have all of two texts that are written at once, each once", () => {
    const of = (source: string, content: string): StreamItem => ({ ...chunk(content, `m-${source}`), source });
    const whole = (source: string, content: string): StreamItem => ({
      ...TextMessage({ source, content }),
      id: `m-${source}`,
    });
    const chunks = chunksOf(
      of("a", "1 "),
      of("b", "x "),
      of("a", "2"),
      of("b", "y"),
      whole("a", "1 2"),
      whole("b", "x y"),
    );
    const texts = (id: string): string =>
      chunks
        .flatMap((each) =>
          typeof each === "object" && each !== null && "delta" in each && "id" in each && each.id === id
            ? [each.delta]
            : [],
        )
        .join("");
    expect([texts("m-a"), texts("m-b")]).toEqual(["1 2", "x y"]);
  });

  test("have nothing of a task that is shown again, nor of pieces that make no message", () => {
    const made = new RunToChunks(false);
    expect(made.item(TextMessage({ source: "user", content: "Go" }))).toEqual([]);
    expect(made.item({ ...FIELDS, type: "ModelClientStreamingChunkEvent", content: "b" })).toEqual([]);
  });

  test("leave out the task of an agent that is a tool: it is the input of the call; a person of that name is heard", () => {
    const call = (task: string): StreamItem => ({
      ...FIELDS,
      type: "ToolCallRequestEvent",
      content: [{ id: "1", name: "writer", arguments: JSON.stringify({ task }) }],
    });
    const user = (content: string): StreamItem => TextMessage({ source: "user", content });
    const texts = chunksOf(call("Write."), user("Write."), user("Write."), user("Something else."));
    const said = texts.flatMap((one) => (typeof one === "object" && one !== null && "delta" in one ? [one.delta] : []));
    expect(said).toEqual(["Write.", "Something else."]);
  });
});
