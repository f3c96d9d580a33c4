import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeSegment, parseAddress } from "./address.ts";
import { formatDiff, jsonDiff } from "./json-diff.ts";
import { ScopeState } from "./scope-state.ts";

describe("a difference", () => {
  test("names each place, with what is there and what is not", () => {
    const diff = jsonDiff({ a: [1, 2], b: "x", gone: null }, { a: [1, 3, 4], b: "x", new: {} });
    expect(diff).toEqual([
      { pointer: "/a/1", recorded: 2, asked: 3 },
      { pointer: "/a/2", recorded: undefined, asked: 4 },
      { pointer: "/gone", recorded: null, asked: undefined },
      { pointer: "/new", recorded: undefined, asked: {} },
    ]);
    expect(formatDiff(diff)).toContain("  /a/2\n    - (nothing)\n    + 4");
  });

  test("of long texts shows the place where they part", () => {
    const text = "same ".repeat(1000);
    const shown = formatDiff(jsonDiff(`${text}old ${text}`, `${text}new ${text}`));
    expect(shown).toContain("old same");
    expect(shown).toContain("new same");
    expect(shown.length).toBeLessThan(400);
  });

  test("is empty for equal values only, and never long", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const [one, other] = [JSON.stringify(a), JSON.stringify(b)];
        const parsed = JSON.parse(one);
        expect(jsonDiff(parsed, JSON.parse(one))).toEqual([]);
        const diff = jsonDiff(parsed, JSON.parse(other));
        expect(diff.length).toBeLessThanOrEqual(10);
        formatDiff(diff);
      }),
    );
  });
});

describe("an address", () => {
  test("is the scope path, and kind, name and number of the leaf", () => {
    const team = new ScopeState("").child("team", undefined, undefined);
    team.child("analyst", undefined, "analyst");
    const turn = team
      .child("analyst", undefined, "analyst")
      .child("call", 1, undefined)
      .child("writer", undefined, undefined);
    expect(turn.leaf("model", "reply", undefined)).toBe("/team[0]/analyst[1]/call[1]/writer[0]!model:reply[0]");
    expect(turn.leaf("model", "reply", undefined)).toBe("/team[0]/analyst[1]/call[1]/writer[0]!model:reply[1]");
    expect(turn.leaf("tool", "reply", 7)).toBe("/team[0]/analyst[1]/call[1]/writer[0]!tool:reply[7]");
    expect(turn.names).toEqual(["team", "analyst", "call", "writer"]);
    expect(turn.agent).toBe("analyst");
  });

  test("is moved by nothing of another name", () => {
    const scope = new ScopeState("/a[0]");
    scope.leaf("time", "now", undefined);
    scope.count("#id");
    scope.child("b", undefined, undefined);
    expect(scope.leaf("model", "reply", undefined)).toBe("/a[0]!model:reply[0]");
  });

  test("keeps any name apart from its own signs", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }).filter((name) => !/\p{Surrogate}/u.test(name)),
        (name) => {
          expect(encodeSegment(name)).not.toMatch(/[/[\]!:]/);
          expect(decodeURIComponent(encodeSegment(name).replaceAll(/%(?![0-9A-F]{2})/g, "%25"))).toBe(name);
          const address = new ScopeState("/x[0]").leaf("tool", name, 3);
          expect(parseAddress(address)).toEqual({ path: "/x[0]", kind: "tool", name, index: 3 });
        },
      ),
    );
    expect(parseAddress("/a[0]")).toBeUndefined();
  });
});
