import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cloudEvent, type CloudEvent } from "./cloud-event.ts";
import { channelMessage, controlMessage, getSubscriptionsResponse, type ChannelMessage } from "./messages.ts";
import { packRequest, packResponse, refusalOf, unpackRequest, unpackResponse } from "./state-messages.ts";

const text = fc.string({ unit: "grapheme" });
const bytes = fc.uint8Array();
const texts = fc.array(fc.tuple(text, text)).map((entries) => new Map(entries));
const agentId = fc.record({ type: text, key: text });
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });
const payload = fc.record({ dataType: text, dataContentType: text, data: optional(bytes) });

const anyMessage: fc.Arbitrary<ChannelMessage> = fc.record({
  request: optional(
    fc.record({
      requestId: text,
      source: optional(agentId),
      target: optional(agentId),
      method: text,
      payload: optional(payload),
      metadata: texts,
    }),
  ),
  response: optional(fc.record({ requestId: text, payload: optional(payload), error: text, metadata: texts })),
  cloudEvent: optional(bytes),
});

const anyEvent: fc.Arbitrary<CloudEvent> = fc.record({
  id: text,
  source: text,
  specVersion: text,
  type: text,
  attributes: fc
    .array(fc.tuple(text, text))
    .map((entries) => new Map(entries.map(([name, value]) => [name, { text: value }]))),
  binaryData: optional(bytes),
  protoData: optional(bytes),
});

describe("messages", () => {
  test("are read as they were written", () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        expect(channelMessage.decode(channelMessage.encode(message))).toEqual(message);
      }),
    );
    fc.assert(
      fc.property(anyEvent, (event) => {
        expect(cloudEvent.decode(cloudEvent.encode(event))).toEqual(event);
      }),
    );
  });

  test("that are none are an error, or are read as something, and never more than that", () => {
    fc.assert(
      fc.property(bytes, (garbage) => {
        for (const codec of [channelMessage, cloudEvent, controlMessage, getSubscriptionsResponse]) {
          try {
            expect(codec.decode(garbage)).toBeTypeOf("object");
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
          }
        }
      }),
    );
  });

  test("have their fields where AutoGen has them", () => {
    const event = cloudEvent.encode({
      id: "i",
      source: "s",
      specVersion: "1.0",
      type: "t",
      attributes: new Map([["a", { text: "v" }]]),
      binaryData: new Uint8Array([7]),
    });
    expect(Buffer.from(event).toString("hex")).toBe("0a01691201731a03312e302201742a080a016112031a0176320107");
    const control = controlMessage.encode({ rpcId: "r", destination: "d", respondTo: "" });
    expect(Buffer.from(control).toString("hex")).toBe("0a01721201641a00");
  });

  test("with fields that nobody knows are read without them", () => {
    // Field 1 is a number here, field 9 a text, and field 2 is what it should be.
    const bytes = Uint8Array.from([0x08, 0x05, 0x4a, 0x01, 0x78, 0x12, 0x01, 0x64]);
    expect(controlMessage.decode(bytes)).toMatchObject({ rpcId: "", destination: "d" });
  });
});

describe("questions about states", () => {
  test("and their answers are packed under their names", () => {
    const question = packRequest("LoadState", { agentId: { type: "a", key: "k" }, state: "{}" });
    expect(question.typeUrl).toBe("type.googleapis.com/agents.LoadStateRequest");
    expect(unpackRequest(question)).toEqual({
      action: "LoadState",
      message: { agentId: { type: "a", key: "k" }, state: "{}" },
    });
    expect(unpackResponse(question)).toBeUndefined();
    for (const action of ["SaveState", "LoadState"] as const) {
      const answer = packResponse(action, { error: "no" });
      expect(answer.typeUrl).toBe(`type.googleapis.com/agents.${action}Response`);
      expect(unpackResponse(answer)).toMatchObject({ error: "no" });
      expect(unpackRequest(answer)).toBeUndefined();
    }
    // The first field of a LoadStateResponse is its error, that of a SaveStateResponse the state.
    expect(packResponse("LoadState", { error: "no" }).value).toEqual(Uint8Array.from([0x0a, 2, 0x6e, 0x6f]));
    expect(packResponse("SaveState", { state: "no" }).value).toEqual(Uint8Array.from([0x0a, 2, 0x6e, 0x6f]));
  });

  test("are refused when they are questions, and somebody waits for the answer", () => {
    const rpcMessage = packRequest("SaveState", {});
    const question = { rpcId: "1", destination: "agentid=a/k", respondTo: "clientid=c", rpcMessage };
    expect(refusalOf(question, "no")).toMatchObject({ rpcId: "1", destination: "clientid=c", respondTo: "" });
    expect(refusalOf({ ...question, respondTo: undefined }, "no")).toBeUndefined();
    expect(refusalOf({ ...question, rpcMessage: packResponse("SaveState", {}) }, "no")).toBeUndefined();
    expect(refusalOf({ ...question, rpcMessage: undefined }, "no")).toBeUndefined();
  });
});
