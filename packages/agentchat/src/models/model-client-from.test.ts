import { describe, expect, test } from "vitest";
import { ScriptedClient } from "../testing/scripted-client.ts";
import { modelClientFrom } from "./model-client-from.ts";

describe("a model client", () => {
  test("is taken as it is", () => {
    const client = new ScriptedClient([]);
    expect(modelClientFrom(client)).toBe(client);
  });

  test.each([undefined, null, 5, {}, { create: "x" }])(
    "that is %j is refused, and the error says what to give",
    (value) => {
      expect(() => modelClientFrom(value as never)).toThrow(/modelClient must be a model client or a name such as/);
    },
  );
});
