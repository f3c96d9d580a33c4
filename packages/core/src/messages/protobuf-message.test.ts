import { describe, expect, test } from "vitest";
import { on } from "../agents/handlers.ts";
import type { HandlerDefinition } from "../agents/handler-definition.ts";
import { RoutedAgent } from "../agents/routed-agent.ts";
import { AgentId } from "../identifiers/agent-id.ts";
import { SingleThreadedAgentRuntime } from "../runtime/single-threaded-agent-runtime.ts";
import { packAny, unpackAny } from "./any-codec.ts";
import { PROTOBUF_DATA_CONTENT_TYPE } from "./message-serializer.ts";
import { protobufMessage } from "./protobuf-message.ts";
import { SerializationRegistry } from "./serialization-registry.ts";

interface Proto {
  readonly $typeName: "agents.ProtoMessage";
  readonly message: string;
}
interface NestingProto {
  readonly $typeName: "agents.NestingProtoMessage";
  readonly message: string;
  readonly nested: Proto;
}

const field = (number: number, value: Uint8Array): number[] => [number * 8 + 2, value.length, ...value];
const fieldsOf = (bytes: Uint8Array): Uint8Array[] => {
  const fields: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const [number, length] = [(bytes[at] ?? 0) >> 3, bytes[at + 1] ?? 0];
    fields[number] = bytes.slice(at + 2, at + 2 + length);
    at += 2 + length;
  }
  return fields;
};
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes ?? new Uint8Array());

const proto = (message: string): Proto => ({ $typeName: "agents.ProtoMessage", message });
const encodeProto = ({ message }: Proto): Uint8Array => Uint8Array.from(field(1, utf8(message)));
const decodeProto = (bytes: Uint8Array): Proto => proto(text(fieldsOf(bytes)[1]));

const ProtoMessage = protobufMessage<Proto>({
  typeName: "agents.ProtoMessage",
  encode: encodeProto,
  decode: decodeProto,
});
const NestingProtoMessage = protobufMessage<NestingProto>({
  typeName: "agents.NestingProtoMessage",
  encode: ({ message, nested }) => Uint8Array.from([...field(1, utf8(message)), ...field(2, encodeProto(nested))]),
  decode: (bytes) => {
    const fields = fieldsOf(bytes);
    return {
      $typeName: "agents.NestingProtoMessage",
      message: text(fields[1]),
      nested: decodeProto(fields[2] ?? new Uint8Array()),
    };
  },
});

const registry = new SerializationRegistry();
registry.add([...ProtoMessage.serializers, ...NestingProtoMessage.serializers]);

test("ProtoMessage and NestingProtoMessage round-trip through Any", () => {
  const nesting: NestingProto = { $typeName: "agents.NestingProtoMessage", message: "hello", nested: proto("world") };
  for (const message of [proto("Hello!"), nesting]) {
    const written = registry.serialize(message, message.$typeName, PROTOBUF_DATA_CONTENT_TYPE);
    expect(registry.deserialize(written, message.$typeName, PROTOBUF_DATA_CONTENT_TYPE)).toStrictEqual(message);
  }
});

test("the bytes are those of google.protobuf.Any", () => {
  const written = registry.serialize(proto("Hi"), "agents.ProtoMessage", PROTOBUF_DATA_CONTENT_TYPE);
  const url = "type.googleapis.com/agents.ProtoMessage";
  expect([...written]).toEqual([0x0a, url.length, ...utf8(url), 0x12, 4, 0x0a, 2, ...utf8("Hi")]);
});

test("another packed type is an error", () => {
  const written = packAny("agents.Other", utf8("x"));
  expect(() => registry.deserialize(written, "agents.ProtoMessage", PROTOBUF_DATA_CONTENT_TYPE)).toThrow(
    "Expected a packed agents.ProtoMessage, got type.googleapis.com/agents.Other.",
  );
});

describe("google.protobuf.Any", () => {
  test.each([0, 1, 127, 128, 20_000])("holds %i bytes", (length) => {
    const value = new Uint8Array(length).fill(7);
    expect(unpackAny(packAny("a.B", value))).toEqual({ typeUrl: "type.googleapis.com/a.B", typeName: "a.B", value });
  });

  test("unknown fields of every wire type are skipped", () => {
    const unknown = [0x18, 0x96, 0x01, 0x21, 1, 2, 3, 4, 5, 6, 7, 8, 0x2a, 1, 9, 0x35, 1, 2, 3, 4];
    expect(unpackAny(Uint8Array.from([...unknown, ...packAny("a.B", utf8("x"))])).typeName).toBe("a.B");
  });

  test.each([
    ["a length beyond the end", [0x0a, 50, 1]],
    ["an endless number", Array.from({ length: 30 }, () => 0xff)],
    ["a group", [0x1b]],
    ["a cut fixed number", [0x21, 1]],
  ])("%s is refused", (_what, bytes) => {
    expect(() => unpackAny(Uint8Array.from(bytes))).toThrow("The bytes are no google.protobuf.Any.");
  });
});

test("handlers find protobuf messages by their $typeName", async () => {
  class Echo extends RoutedAgent {
    static override readonly handlers: readonly HandlerDefinition[] = [
      on(ProtoMessage, (_self: Echo, { message }) => proto(`${message} again`), { returns: [ProtoMessage] }),
    ];

    constructor() {
      super("echo");
    }
  }
  const runtime = new SingleThreadedAgentRuntime();
  await Echo.register(runtime, "echo", () => new Echo());
  runtime.start();
  expect(await runtime.sendMessage(proto("Hello!"), new AgentId("echo", "k"))).toEqual(proto("Hello! again"));
  expect(runtime.serializers.isRegistered("agents.ProtoMessage", PROTOBUF_DATA_CONTENT_TYPE)).toBe(true);
  await runtime.stop();
});
