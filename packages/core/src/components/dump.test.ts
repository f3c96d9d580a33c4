import { describe, expect, test } from "vitest";
import type { ComponentDefinition } from "./component.ts";
import { dumpComponent, dumpIfPossible, isComponentInstance } from "./dump.ts";

class Leaf {
  static readonly component: ComponentDefinition<Leaf> = {
    provider: "test.Leaf",
    componentType: "leaf",
    label: "Leaf",
    description: "A leaf.",
    schema: { type: "object" },
    toConfig: () => ({ token: "secret" }),
    secrets: ["token"],
    fromConfig: () => new Leaf(),
  };
}

class Holder {
  static readonly component: ComponentDefinition<Holder> = {
    provider: "test.Holder",
    componentType: "holder",
    label: "Holder",
    description: "Holds another.",
    schema: { type: "object" },
    toConfig: (holder, dump) => ({ held: dump.component(holder.held) }),
    fromConfig: () => new Holder({}),
  };

  readonly held: object;

  constructor(held: object) {
    this.held = held;
  }
}

class Nameless {}

describe("dumpIfPossible", () => {
  test("writes what dumpComponent writes, secrets masked", () => {
    const holder = new Holder(new Leaf());
    expect(dumpIfPossible(holder)).toEqual(dumpComponent(holder));
    expect(JSON.stringify(dumpIfPossible(holder))).not.toContain("secret");
  });

  test("is undefined where the component or a part of it has no definition", () => {
    expect(dumpIfPossible(new Nameless())).toBeUndefined();
    expect(dumpIfPossible(new Holder(new Nameless()))).toBeUndefined();
    expect(() => dumpComponent(new Holder(new Nameless()))).toThrow("Nameless");
  });

  test("is undefined for a subclass, which would be read as its parent", () => {
    expect(dumpIfPossible(new (class extends Leaf {})())).toBeUndefined();
  });
});

describe("an object can be written", () => {
  class Own {
    static readonly component: ComponentDefinition<Own> = {
      provider: "test.Own",
      componentType: "test",
      label: "Own",
      description: "A test's own.",
      schema: { type: "object" },
      toConfig: () => ({}),
      fromConfig: () => new Own(),
    };
  }
  class Heir extends Own {}

  test.each([
    ["whose class says how", new Own(), true],
    ["whose base class alone says how", new Heir(), false],
    ["of a class that does not", new Map(), false],
    ["that is none", "text", false],
    ["that is null", null, false],
  ])("%s", (_, value, expected) => {
    expect(isComponentInstance(value)).toBe(expected);
  });
});
