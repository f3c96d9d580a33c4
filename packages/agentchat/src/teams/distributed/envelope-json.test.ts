import { ValueError, type JsonObject } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { StopMessage, TextMessage, ToolCallRequestEvent } from "../../messages/factories.ts";
import { builtInMessages } from "../../messages/registry.ts";
import type { GroupChatEnvelope } from "../group-chat/envelopes.ts";
import { envelopeFromJson, envelopeToJson } from "./envelope-json.ts";
import { ENVELOPE_SERIALIZERS } from "./wire-envelope.ts";

const messages = builtInMessages();
const text = TextMessage({
  content: "hi",
  source: "user",
  id: "61d7c262",
  createdAt: "2026-11-30T03:51:46.196992Z",
});
const stop = StopMessage({ content: "s", source: "m", id: "ee74d496", createdAt: "2026-11-30T03:51:46.197504Z" });
const event = ToolCallRequestEvent({ content: [{ id: "1", name: "add", arguments: "{}" }], source: "a" });

/* What `model_dump_json` of AutoGen 0.7.5 gives for each class, with the keys in its order. */
const TEXT =
  '{"id":"61d7c262","source":"user","models_usage":null,"metadata":{},"created_at":"2026-11-30T03:51:46.196992Z","content":"hi","type":"TextMessage"}';
const STOP =
  '{"id":"ee74d496","source":"m","models_usage":null,"metadata":{},"created_at":"2026-11-30T03:51:46.197504Z","content":"s","type":"StopMessage"}';
const PYTHON: readonly (readonly [GroupChatEnvelope, string])[] = [
  [
    { type: "GroupChatStart", messages: [text], outputTaskMessages: true },
    `{"messages":[${TEXT}],"output_task_messages":true}`,
  ],
  [{ type: "GroupChatStart", messages: [], outputTaskMessages: true }, '{"messages":null,"output_task_messages":true}'],
  [
    { type: "GroupChatAgentResponse", response: { type: "Response", chatMessage: text }, name: "a" },
    `{"response":{"chat_message":${TEXT},"inner_messages":null},"name":"a"}`,
  ],
  [
    {
      type: "GroupChatTeamResponse",
      result: {
        type: "TaskResult",
        messages: [text],
        stopReason: "x",
        status: "finished",
        usage: { promptTokens: 0, completionTokens: 0 },
      },
      name: "t",
    },
    `{"result":{"messages":[${TEXT}],"stop_reason":"x"},"name":"t"}`,
  ],
  [{ type: "GroupChatMessage", message: text }, `{"message":${TEXT}}`],
  [{ type: "GroupChatTermination", message: stop }, `{"message":${STOP},"error":null}`],
  [{ type: "GroupChatReset" }, "{}"],
  [{ type: "GroupChatRequestPublish" }, "{}"],
];

describe("the envelopes of teams between processes", () => {
  test.each(PYTHON)("$type is written byte for byte as AutoGen writes it, and read back", (envelope, json) => {
    expect(JSON.stringify(envelopeToJson(envelope, messages))).toBe(json);
    expect(envelopeFromJson(envelope.type, JSON.parse(json), messages, "a")).toEqual(envelope);
  });

  test("an error has the keys of a SerializableException, and keeps its name and where it was thrown", () => {
    const error = new RangeError("b");
    const json = envelopeToJson({ type: "GroupChatError", name: "a", error }, messages);
    expect(json).toEqual({ error: { error_type: "RangeError", error_message: "b", traceback: error.stack } });
    expect(envelopeFromJson("GroupChatError", json, messages, "critic")).toMatchObject({
      name: "critic",
      error: { name: "RangeError", message: "b", stack: error.stack },
    });
  });

  test("inner messages and events go along; what no participant may hear is refused", () => {
    const response = { type: "Response", chatMessage: text, innerMessages: [event] } as const;
    const envelope: GroupChatEnvelope = { type: "GroupChatAgentResponse", response, name: "a" };
    const json = envelopeToJson(envelope, messages);
    expect(envelopeFromJson(envelope.type, json, messages, "a")).toEqual(envelope);
    const asTask = { messages: [messages.toJson(event)] };
    expect(() => envelopeFromJson("GroupChatStart", asTask, messages, "a")).toThrow("not a chat message");
  });

  test.each<readonly [GroupChatEnvelope["type"], JsonObject]>([
    ["GroupChatAgentResponse", { name: "a" }],
    ["GroupChatAgentResponse", { response: {}, name: "a" }],
    ["GroupChatTeamResponse", { result: { messages: "none" }, name: "a" }],
    ["GroupChatMessage", {}],
    ["GroupChatTermination", { message: JSON.parse(TEXT) }],
    ["GroupChatError", { error: "b" }],
    ["GroupChatStart", { messages: [{ type: "Nothing", source: "a" }] }],
  ])("%s with %j is refused with what is wrong", (type, json) => {
    expect(() => envelopeFromJson(type, json, messages, "a")).toThrow(ValueError);
  });

  test("every envelope has a serializer, and no other message passes it", () => {
    expect(ENVELOPE_SERIALIZERS.map(({ typeName }) => typeName)).toEqual(
      expect.arrayContaining(PYTHON.map(([{ type }]) => type)),
    );
    const [first] = ENVELOPE_SERIALIZERS;
    expect(() => first?.serialize({ type: "GroupChatStart" })).toThrow(ValueError);
    expect(() => first?.deserialize(new TextEncoder().encode("[]"))).toThrow(ValueError);
  });
});
