import { describe, expect, test } from "vitest";
import { Handoff } from "./handoff.ts";

describe("a handoff", () => {
  test("fills in what is not given; an empty text counts as not given", () => {
    const expected = {
      target: "Bob",
      description: "Handoff to Bob.",
      name: "transfer_to_bob",
      message: "Transferred to Bob, adopting the role of Bob immediately.",
    };
    expect(new Handoff({ target: "Bob" }).toJson()).toEqual(expected);
    expect(new Handoff({ target: "Bob", description: "", name: "", message: "" }).toJson()).toEqual(expected);
  });

  test("a given name must be an identifier", () => {
    expect(() => new Handoff({ target: "b", name: "to b" })).toThrow(/must be a valid identifier/);
    expect(new Handoff({ target: "b", name: "to_b" }).name).toBe("to_b");
  });

  test("a generated name is one that the models' interfaces take", () => {
    expect(new Handoff({ target: "Bob B" }).name).toBe("transfer_to_bob_b");
    expect(new Handoff({ target: "Jürgen" }).name).toBe("transfer_to_j_rgen");
    expect(new Handoff({ target: "x".repeat(100) }).name).toHaveLength(64);
  });

  test("needs a target", () => {
    expect(() => new Handoff({ target: "" })).toThrow(/target/);
    expect(() => new Handoff({} as never)).toThrow(/target/);
  });

  test("is a strict tool without parameters for the model", () => {
    expect(new Handoff({ target: "b" }).toolSchema).toEqual({
      name: "transfer_to_b",
      description: "Handoff to b.",
      parameters: { type: "object", properties: {}, required: [], additionalProperties: false },
      strict: true,
    });
  });
});
