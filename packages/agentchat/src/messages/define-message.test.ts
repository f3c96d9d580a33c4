import { z } from "zod";
import { describe, expect, test } from "vitest";
import { defineMessage } from "./define-message.ts";
import { TextMessage } from "./factories.ts";
import { messageText } from "./message-text.ts";
import { MessageRegistry } from "./registry.ts";

const Weather = defineMessage("Weather", z.object({ city: z.string(), degreesC: z.number() }), {
  toText: ({ city, degreesC }) => `${city}: ${degreesC} °C`,
});

describe("a message of the user's own", () => {
  const message = Weather.create({ source: "a", city: "Rome", degreesC: 30 });

  test("has the common fields, its own and its type", () => {
    expect(message).toMatchObject({ type: "Weather", source: "a", city: "Rome", degreesC: 30, metadata: {} });
  });

  test("is written with its own names unchanged, and read again", () => {
    const registry = new MessageRegistry([Weather]);
    const json = registry.toJson(message);
    expect(json).toMatchObject({ type: "Weather", city: "Rome", degreesC: 30, models_usage: null });
    expect(registry.create(json)).toEqual(message);
  });

  test("gives its texts to people and models", () => {
    const registry = new MessageRegistry([Weather]);
    expect(registry.toText(message)).toBe("Rome: 30 °C");
    expect(registry.toModelText(message)).toBe("Rome: 30 °C");
    expect(registry.toModelMessage(message)).toEqual({ type: "UserMessage", content: "Rome: 30 °C", source: "a" });
  });

  test("that is an event is not for models", () => {
    const Tick = defineMessage("Tick", { type: "object", properties: { n: { type: "integer" } } }, { kind: "event" });
    const registry = new MessageRegistry([Tick]);
    expect(registry.isChatMessage(Tick.create({ source: "a" }))).toBe(false);
    expect(() => registry.toModelMessage(Tick.create({ source: "a" }))).toThrow(/is an event/);
  });

  test("is handled by its shape where nobody registered it", () => {
    const registry = new MessageRegistry();
    expect(registry.isRegistered("Weather")).toBe(false);
    expect(registry.toText(message)).toBe('{"city":"Rome","degreesC":30}');
    expect(messageText(message)).toBe('{"city":"Rome","degreesC":30}');
    expect(registry.toJson(message)).toMatchObject({ type: "Weather", city: "Rome" });
  });

  test("cannot take a name or a field that is taken, or fields that do not fit", () => {
    expect(() => defineMessage("TextMessage", {})).toThrow(/taken/);
    expect(() => defineMessage("StructuredMessage[X]", {})).toThrow(/taken/);
    expect(() => Weather.create({ source: "a", city: "Rome", degreesC: "hot" as never })).toThrow(/degreesC/);
    const Loose = defineMessage<{ models_usage: number }>("Loose", { type: "object" });
    expect(() => Loose.create({ source: "a", models_usage: 1 })).toThrow(/models_usage/);
  });
});

test("a registry takes definitions only", () => {
  const registry = new MessageRegistry();
  expect(() => registry.register({} as never)).toThrow(/must be a/);
  expect(() => registry.register({ ...Weather, type: "TextMessage" })).toThrow(/is already registered/);
  expect(registry.toText(TextMessage({ source: "a", content: "x" }))).toBe("x");
});
