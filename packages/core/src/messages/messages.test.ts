import * as z from "zod";
import { describe, expect, test } from "vitest";
import { imageFromJson, imageToJson, isImage, type Image } from "../models/image.ts";
import { deferred } from "../runtime/testing/agents.ts";
import { defineMessage } from "./define-message.ts";
import { tryGetKnownSerializersForType } from "./known-serializers.ts";
import { JSON_DATA_CONTENT_TYPE, type MessageSerializer } from "./message-serializer.ts";
import { SerializationRegistry } from "./serialization-registry.ts";
import { isUnknownPayload } from "./unknown-payload.ts";

const Simple = defineMessage("Simple", z.object({ message: z.string() }));
const Nesting = defineMessage("Nesting", z.object({ message: z.string(), nested: z.object({ message: z.string() }) }));

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (json: string): Uint8Array => new TextEncoder().encode(json);

function registryOf(...types: { readonly serializers: readonly MessageSerializer[] }[]): SerializationRegistry {
  const registry = new SerializationRegistry();
  for (const { serializers } of types) registry.add(serializers);
  return registry;
}

describe("a defined message", () => {
  test("is a plain object tagged with its type", () => {
    expect(Simple({ message: "hello" })).toStrictEqual({ type: "Simple", message: "hello" });
    expect(Simple.is({ type: "Simple" })).toBe(true);
    expect(Simple.is({ type: "Other" })).toBe(false);
    expect(Simple.is(undefined)).toBe(false);
  });

  test("that does not fit its schema is refused, with the place", () => {
    expect(() => Nesting({ message: "x", nested: { message: 7 as never } })).toThrow(
      /^A message of type Nesting does not fit.*\/nested\/message/s,
    );
    expect(() => Simple(undefined as never)).toThrow("A message of type Simple does not fit");
  });

  test("with an asynchronous schema is refused", () => {
    const Later = defineMessage(
      "Later",
      z.object({ x: z.number() }).refine(async () => true),
    );
    expect(() => Later({ x: 1 })).toThrow(/asynchronous/i);
  });

  test("cannot have another type, nor no fields", () => {
    const Free = defineMessage<{ readonly type?: string }>("Free");
    expect(() => Free({ type: "Else" })).toThrow('A message of type Free cannot have the type "Else".');
    expect(() => Free([] as never)).toThrow("must be an object of fields, got an array");
    expect(() => defineMessage("")).toThrow("A message type needs a name");
  });
});

describe("JSON of messages", () => {
  const registry = registryOf(Simple, Nesting);
  const write = (message: { readonly type: string }): string =>
    text(registry.serialize(message, message.type, JSON_DATA_CONTENT_TYPE));
  const read = (json: string, type = "Simple"): unknown =>
    registry.deserialize(bytes(json), type, JSON_DATA_CONTENT_TYPE);

  test('{message:"hello"} is written {"message":"hello"}; nested likewise', () => {
    expect(write(Simple({ message: "hello" }))).toBe('{"message":"hello"}');
    expect(write(Nesting({ message: "hello", nested: { message: "world" } }))).toBe(
      '{"message":"hello","nested":{"message":"world"}}',
    );
    expect(read('{"message":"hello","nested":{"message":"world"}}', "Nesting")).toStrictEqual(
      Nesting({ message: "hello", nested: { message: "world" } }),
    );
  });

  test('the bytes of a Python dataclass, {"message": "hello"} with a space and escapes, are read identically', () => {
    expect(read('{"message": "hello"}')).toStrictEqual(Simple({ message: "hello" }));
    expect(read('{"message": "\\u00e9"}')).toStrictEqual(Simple({ message: "é" }));
  });

  test("unknown keys are ignored, 1.0 is a whole number", () => {
    expect(read('{"message":"hello","extra":1}')).toStrictEqual(Simple({ message: "hello" }));
    const Count = defineMessage("Count", z.object({ count: z.int() }));
    expect(registryOf(Count).deserialize(bytes('{"count":1.0}'), "Count", JSON_DATA_CONTENT_TYPE)).toStrictEqual(
      Count({ count: 1 }),
    );
  });

  test.each(["NaN", "Infinity", "-Infinity"])("%s, which Python writes, is refused with a clear error", (value) => {
    expect(() => read(`{"message": ${value}}`)).toThrow(
      "It holds NaN or Infinity, which Python writes but JSON does not have",
    );
  });

  test.each([
    ["malformed JSON", bytes("{")],
    ["no UTF-8", Uint8Array.of(0xff)],
    ["the wrong type", bytes('{"message":7}')],
    ["nothing", bytes("")],
  ])("%s is the serializer's own error", (_what, payload) => {
    expect(() => registry.deserialize(payload, "Simple", JSON_DATA_CONTENT_TYPE)).toThrow(/^A message of type Simple/);
  });

  test("whole numbers beyond 2^53 are read exactly with integers: bigint, and written back", () => {
    const Big = defineMessage("Big", z.object({ id: z.union([z.number(), z.bigint()]), small: z.number() }), {
      integers: "bigint",
    });
    const json = '{"id":9007199254740993,"small":7}';
    const message = registryOf(Big).deserialize(bytes(json), "Big", JSON_DATA_CONTENT_TYPE);
    expect(message).toStrictEqual({ type: "Big", id: 9007199254740993n, small: 7 });
    expect(text(registryOf(Big).serialize(message, "Big", JSON_DATA_CONTENT_TYPE))).toBe(json);
    expect(registryOf(Big).deserialize(bytes('{"id":1e300,"small":1.5}'), "Big", JSON_DATA_CONTENT_TYPE)).toMatchObject(
      { id: 1e300 },
    );
  });

  test("with tagged the type is written and read too", () => {
    const Tagged = defineMessage("Tagged", z.object({ type: z.literal("Tagged").optional(), x: z.number() }), {
      tagged: true,
    });
    const written = registryOf(Tagged).serialize(Tagged({ x: 1 }), "Tagged", JSON_DATA_CONTENT_TYPE);
    expect(text(written)).toBe('{"type":"Tagged","x":1}');
    expect(registryOf(Tagged).deserialize(written, "Tagged", JSON_DATA_CONTENT_TYPE)).toStrictEqual(Tagged({ x: 1 }));
  });

  test("a message with an image field round-trips with its bytes and media type", () => {
    const png =
      "iVBORw0KGgoAAAANSUhEUgAAAGQAAABkCAIAAAD/gAIDAAAANUlEQVR42u3BAQ0AAADCoPdPbQ8HFAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAHwZdTQAAZrgLZ8AAAAASUVORK5CYII=";
    const Picture = defineMessage("Picture", z.object({ title: z.string(), image: z.custom<Image>(isImage) }), {
      codec: {
        encode: ({ title, image }) => ({ title, image: imageToJson(image) }),
        decode: (json) => {
          const { title, image } = z.object({ title: z.string(), image: z.unknown() }).parse(json);
          return { title, image: imageFromJson(image) };
        },
      },
    });
    const message = Picture({ title: "t", image: imageFromJson({ data: png }) });
    const written = registryOf(Picture).serialize(message, "Picture", JSON_DATA_CONTENT_TYPE);
    expect(text(written)).toBe(`{"title":"t","image":{"data":"${png}"}}`);
    const back = registryOf(Picture).deserialize(written, "Picture", JSON_DATA_CONTENT_TYPE);
    expect(back).toStrictEqual(message);
    expect(back).toMatchObject({ image: { mediaType: "image/png", data: png } });
  });

  test("what is not JSON cannot be written", () => {
    const Any = defineMessage<{ readonly x?: unknown }>("Any");
    const cyclic: { x?: unknown } = {};
    cyclic.x = cyclic;
    expect(() => registryOf(Any).serialize(Any(cyclic), "Any", JSON_DATA_CONTENT_TYPE)).toThrow(
      /^A message of type Any cannot be written as JSON/,
    );
  });
});

describe("message classes", () => {
  class Point {
    static readonly typeName = "geometry.Point";
    static readonly schema = z.object({ x: z.number(), y: z.number() });
    x: number;
    y: number;

    constructor(x: number, y: number) {
      this.x = x;
      this.y = y;
    }

    length(): number {
      return Math.hypot(this.x, this.y);
    }
  }

  test("a class with typeName and schema is written and read as an instance", () => {
    const registry = registryOf({ serializers: tryGetKnownSerializersForType(Point) });
    const written = registry.serialize(new Point(3, 4), "geometry.Point", JSON_DATA_CONTENT_TYPE);
    expect(text(written)).toBe('{"x":3,"y":4}');
    const point = registry.deserialize(written, "geometry.Point", JSON_DATA_CONTENT_TYPE);
    expect(point).toBeInstanceOf(Point);
    expect((point as Point).length()).toBe(5);
    expect(() => registry.deserialize(bytes('{"x":"3"}'), "geometry.Point", JSON_DATA_CONTENT_TYPE)).toThrow(
      "does not fit its schema",
    );
  });

  test("gives the same serializer each time, and none for a type that cannot be written", () => {
    expect(tryGetKnownSerializersForType(Point)).toEqual(tryGetKnownSerializersForType(Point));
    expect(tryGetKnownSerializersForType(Point)[0]).toBe(tryGetKnownSerializersForType(Point)[0]);
    expect(tryGetKnownSerializersForType(Simple)).toHaveLength(1);
    for (const type of [String, undefined, {}, class extends Point {}])
      expect(tryGetKnownSerializersForType(type)).toEqual([]);
  });
});

describe("the registry", () => {
  test("an unregistered type: reading gives UnknownPayload with its three fields, writing the error", () => {
    const registry = new SerializationRegistry();
    const payload = bytes("{}");
    const message = registry.deserialize(payload, "Nobody", JSON_DATA_CONTENT_TYPE);
    expect(message).toStrictEqual({
      type: "UnknownPayload",
      typeName: "Nobody",
      dataContentType: "application/json",
      payload,
    });
    expect(isUnknownPayload(message)).toBe(true);
    expect(() => registry.serialize({}, "Nobody", JSON_DATA_CONTENT_TYPE)).toThrow(
      "Unknown type Nobody with content type application/json",
    );
  });

  test('a custom serializer of content type str and name custom_str round-trips hello as "hello" in quotes', () => {
    const registry = new SerializationRegistry();
    registry.add({
      dataContentType: "str",
      typeName: "custom_str",
      serialize: (message) => bytes(`"${String(message)}"`),
      deserialize: (payload) => text(payload).slice(1, -1),
    });
    const written = registry.serialize("hello", "custom_str", "str");
    expect(text(written)).toBe('"hello"');
    expect(registry.deserialize(written, "custom_str", "str")).toBe("hello");
    expect(registry.isRegistered("custom_str", JSON_DATA_CONTENT_TYPE)).toBe(false);
  });

  test("an alias reads what older versions wrote; a type of that very name goes before it", () => {
    const Renamed = defineMessage("v2.Simple", z.object({ message: z.string() }), { aliases: ["v1.Simple", "Simple"] });
    const registry = registryOf(Renamed, Simple);
    expect(registry.deserialize(bytes('{"message":"x"}'), "v1.Simple", JSON_DATA_CONTENT_TYPE)).toStrictEqual(
      Renamed({ message: "x" }),
    );
    expect(registry.deserialize(bytes('{"message":"x"}'), "Simple", JSON_DATA_CONTENT_TYPE)).toStrictEqual(
      Simple({ message: "x" }),
    );
    expect(() => registry.serialize({}, "v1.Simple", JSON_DATA_CONTENT_TYPE)).toThrow("Unknown type v1.Simple");
  });

  test("a later type of the same name replaces the earlier one, with a warning; the same one again is no conflict", async () => {
    const warned = deferred<Error>();
    process.once("warning", (warning) => warned.resolve(warning));
    const registry = registryOf(Simple, Simple);
    const Twin = defineMessage("Simple", z.object({ other: z.number() }));
    registry.add(Twin.serializers);
    expect(registry.deserialize(bytes('{"other":1}'), "Simple", JSON_DATA_CONTENT_TYPE)).toStrictEqual(
      Twin({ other: 1 }),
    );
    expect(await warned.promise).toMatchObject({ code: "TESSERAE_SERIALIZER_CONFLICT" });
  });
});
