import { afterEach, describe, expect, test, vi } from "vitest";
import { dumpComponent } from "../components/dump.ts";
import { ComponentRegistry } from "../components/registry.ts";
import { coreComponents } from "../components/core-components.ts";
import { InMemoryStore } from "./in-memory-store.ts";

afterEach(() => void vi.useRealTimers());

describe("a store in memory", () => {
  test("gives what was kept, else the fallback, else nothing", () => {
    const store = new InMemoryStore<number>();
    expect(store.get("a")).toBeUndefined();
    expect(store.get("a", 7)).toBe(7);
    store.set("a", 1);
    store.set("a", 2);
    expect(store.get("a", 7)).toBe(2);
  });

  test("deletes one value, or all", () => {
    const store = new InMemoryStore<number>();
    store.set("a", 1);
    store.set("b", 2);
    expect([store.delete("a"), store.delete("a"), store.get("a")]).toEqual([true, false, undefined]);
    store.clear();
    expect(store.get("b")).toBeUndefined();
  });

  test("forgets a value when its time to live is over", () => {
    vi.useFakeTimers();
    const store = new InMemoryStore<string>();
    store.set("a", "short", { ttlMs: 1000 });
    store.set("b", "long");
    vi.advanceTimersByTime(999);
    expect(store.get("a")).toBe("short");
    vi.advanceTimersByTime(1);
    expect(store.get("a", "gone")).toBe("gone");
    expect(store.get("b")).toBe("long");
    store.set("c", "short", { ttlMs: 5 });
    vi.advanceTimersByTime(5);
    expect(store.delete("c")).toBe(false);
  });

  test.each([0, -1, Number.NaN])("refuses a time to live of %d", (ttlMs) => {
    expect(() => new InMemoryStore().set("a", 1, { ttlMs })).toThrow("ttlMs must be greater than 0");
  });

  test("with a limit lets go of what was used the longest ago", async () => {
    const store = new InMemoryStore<number>({ maxEntries: 2 });
    store.set("a", 1);
    store.set("b", 2);
    store.get("a");
    store.set("c", 3);
    expect([store.get("a"), store.get("b"), store.get("c")]).toEqual([1, undefined, 3]);
    store.set("c", 4);
    expect([store.get("a"), store.get("c")]).toEqual([1, 4]);
    const registry = new ComponentRegistry().register(...coreComponents());
    expect(dumpComponent(await registry.load(dumpComponent(store)))).toEqual(dumpComponent(store));
    for (const maxEntries of [0, -1, 1.5, Number.NaN]) {
      expect(() => new InMemoryStore({ maxEntries })).toThrow("maxEntries must be a whole number greater than 0");
    }
  });

  test("is Python's component, with an empty config", async () => {
    const json = dumpComponent(new InMemoryStore());
    expect(json).toMatchObject({
      provider: "autogen_core.InMemoryStore",
      component_type: "cache_store",
      config: {},
    });
    const registry = new ComponentRegistry().register(...coreComponents());
    expect(await registry.load(json)).toBeInstanceOf(InMemoryStore);
  });
});
