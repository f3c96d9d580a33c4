import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteLru } from "./byte-lru.ts";

const COST = 512;

test("what was used last stays when there is no room for all", () => {
  const lru = new ByteLru<string, string>(3 * (COST + 10));
  for (const name of ["a", "b", "c"]) lru.set(name, name.toUpperCase(), 10);
  expect(lru.get("a")).toBe("A");
  lru.set("d", "D", 10);
  expect(["a", "b", "c", "d"].map((name) => lru.get(name))).toEqual(["A", undefined, "C", "D"]);
});

test("what grows pushes others out; what is too large for all of it is not taken", () => {
  const lru = new ByteLru<string, string>(3000);
  lru.set("a", "A", 10);
  lru.set("b", "B", 10);
  lru.grow("b", 2400);
  expect([lru.get("a"), lru.get("b")]).toEqual([undefined, "B"]);
  lru.set("huge", "X", 3000);
  expect([lru.get("huge"), lru.get("b")]).toEqual([undefined, "B"]);
  lru.grow("nobody", 10);
  expect(lru.bytes).toBe(COST + 2410);
});

test("the bytes are those of what is in it, and never more than the limit", () => {
  const key = fc.constantFrom("a", "b", "c", "d");
  const step = fc.record({ do: fc.constantFrom("set", "get", "grow", "delete"), key, bytes: fc.nat(900) });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const lru = new ByteLru<string, string>(2500);
      const sizes = new Map<string, number>();
      for (const { do: what, key: name, bytes } of steps) {
        if (what === "set") {
          lru.set(name, name, bytes);
          sizes.set(name, bytes + COST);
        } else if (what === "grow") {
          lru.grow(name, bytes);
          sizes.set(name, (sizes.get(name) ?? 0) + bytes);
        } else if (what === "delete") lru.delete(name);
        else lru.get(name);
        const inside = ["a", "b", "c", "d"].filter((one) => lru.deleteWhere((value) => value === one).length > 0);
        // Put back what was taken out to look at it.
        for (const one of inside) lru.set(one, one, (sizes.get(one) ?? 0) - COST);
        for (const one of ["a", "b", "c", "d"]) if (!inside.includes(one)) sizes.delete(one);
        expect(lru.size).toBe(inside.length);
        expect(lru.bytes).toBe(inside.reduce((sum, one) => sum + (sizes.get(one) ?? 0), 0));
        expect(lru.bytes).toBeLessThanOrEqual(2500);
      }
    }),
  );
});
