import { describe, expect, test } from "vitest";
import { ComponentError } from "./component-error.ts";
import { dumpComponent } from "./dump.ts";
import { ComponentRegistry } from "./registry.ts";
import { Box, Cabinet, Old, Secretive, testRegistry, type Named, type OldUpgradable } from "./testing/components.ts";

const registry = testRegistry();

async function errorOf(promise: Promise<unknown>): Promise<ComponentError> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof ComponentError)) throw new Error(`Expected a ComponentError, got ${String(error)}.`);
  return error;
}

describe("dump and load", () => {
  test("the envelope has AutoGen's keys, in its order", () => {
    expect(JSON.stringify(dumpComponent(new Box({ size: 3 })))).toBe(
      '{"provider":"test.Box","component_type":"box","version":1,"component_version":1,"description":"A box.","label":"Box","config":{"size":3}}',
    );
  });

  test("an explicit description and label win", () => {
    const dump = dumpComponent(new Box({ size: 3 }), { description: "Mine", label: "B" });
    expect(dump).toMatchObject({ description: "Mine", label: "B" });
  });

  test("round trip via object, via JSON text, and with the expected type", async () => {
    const dump = dumpComponent(new Box({ size: 3 }));
    for (const json of [dump, JSON.parse(JSON.stringify(dump))]) {
      const loaded = await registry.load<Box>(json, { expected: "box" });
      expect(loaded).toBeInstanceOf(Box);
      expect(dumpComponent(loaded)).toEqual(dump);
    }
  });

  test("a nested component round-trips", async () => {
    const dump = dumpComponent(new Cabinet({ top: new Box({ size: 1 }), boxes: [new Box({ size: 2 })] }));
    const loaded = await registry.load<Cabinet>(dump);
    expect(loaded.boxes[0]).toBeInstanceOf(Box);
    expect(dumpComponent(loaded)).toEqual(dump);
  });

  test("only provider and config: everything else has its default; nulls count as absent", async () => {
    expect((await registry.load<Box>({ provider: "test.Box", config: { size: null } })).size).toBe(1);
    expect((await registry.load<Box>({ provider: "test.Box" })).size).toBe(1);
    expect(
      (await registry.load<Box>({ provider: "test.Box", component_version: null, label: null, config: {} })).size,
    ).toBe(1);
  });

  test("an alias is accepted, and the model that was given is not changed", async () => {
    const model = Object.freeze({ provider: "Box", config: Object.freeze({}) });
    expect(await registry.load(model)).toBeInstanceOf(Box);
  });

  test("a later registration of a provider replaces an earlier one", async () => {
    const own = testRegistry().register({ ...Box.component, fromConfig: () => new Box({ size: 99 }) });
    expect((await own.load<Box>({ provider: "test.Box", config: {} })).size).toBe(99);
  });

  test("a lazy definition is loaded when it is first met, once", async () => {
    let loads = 0;
    const own = new ComponentRegistry().register({
      provider: "test.Box",
      componentType: "box",
      load: async () => {
        loads += 1;
        return Box.component;
      },
    });
    expect(own.providers()).toEqual([{ provider: "test.Box", componentType: "box" }]);
    expect(loads).toBe(0);
    await own.load({ provider: "test.Box", config: {} });
    await own.load({ provider: "test.Box", config: {} });
    expect(loads).toBe(1);
  });

  test("an object without a definition of its own cannot be written; a subclass does not inherit one", () => {
    class Bigger extends Box {}
    for (const thing of [new URL("https://example.com"), new Bigger({ size: 1 })]) {
      expect(() => dumpComponent(thing)).toThrow(expect.objectContaining({ code: "ERR_COMPONENT_NOT_SERIALIZABLE" }));
    }
  });
});

describe("versions", () => {
  test("an older one without a migration is refused, with one it is brought up to date", async () => {
    const error = await errorOf(registry.load({ provider: "test.Old", component_version: 1, config: {} }));
    expect(error.issues).toEqual([
      {
        pointer: "/component_version",
        message: expect.stringMatching(/version 1 .* is not implemented; its version is 2/),
      },
    ]);
    const loaded = await registry.load<OldUpgradable>({
      provider: "test.OldUpgradable",
      component_version: 1,
      config: { old: "x" },
    });
    expect(dumpComponent(loaded)).toMatchObject({ version: 2, component_version: 2, config: { fresh: "x" } });
  });

  test("an absent version is the current one, and so is 0", async () => {
    expect(await registry.load({ provider: "test.Old", config: {} })).toBeInstanceOf(Old);
    expect(await registry.load({ provider: "test.Old", component_version: 0, config: {} })).toBeInstanceOf(Old);
  });

  test("a newer one is refused unless it is allowed", async () => {
    const model = { provider: "test.Box", component_version: 2, config: {} };
    expect((await errorOf(registry.load(model))).message).toMatch(/newer than version 1/);
    expect(await registry.load(model, { allowNewer: true })).toBeInstanceOf(Box);
  });
});

describe("secrets", () => {
  test("are masked in JSON unless they are asked for, those in objects one by one", async () => {
    const secretive = new Secretive({ key: "k", headers: { a: "x" } });
    const masked = dumpComponent(secretive);
    expect(masked.config).toEqual({ key: "**********", headers: { a: "**********" } });
    const clear = dumpComponent(secretive, { includeSecrets: true });
    expect(clear.config).toEqual({ key: "k", headers: { a: "x" } });
    expect((await registry.load<Secretive>(clear)).key).toBe("k");
  });

  test("that are masked are refused, each with its place", async () => {
    const model = {
      provider: "test.Secretive",
      config: { key: "**********", headers: { "a/b": "**********", c: "x" } },
    };
    const { issues } = await errorOf(registry.load(model));
    expect(issues.map(({ pointer }) => pointer)).toEqual(["/config/key", "/config/headers/a~1b"]);
    expect(issues[0]?.message).toMatch(/masked/);
  });

  test("can come from the environment", async () => {
    const model = { provider: "test.Secretive", config: { key: "$env:KEY", headers: { a: "$env:KEY" } } };
    const loaded = await registry.load<Secretive>(model, { environment: { KEY: "secret" } });
    expect(loaded).toMatchObject({ key: "secret", headers: { a: "secret" } });
    const { issues } = await errorOf(registry.load(model, { environment: { KEY: "" } }));
    expect(issues).toEqual([
      { pointer: "/config/key", message: expect.stringMatching(/KEY is not set/) },
      { pointer: "/config/headers/a", message: expect.stringMatching(/KEY is not set/) },
    ]);
  });
});

describe("what JSON cannot hold", () => {
  const model = { provider: "test.Named", config: { name: "f" } };

  test("is given when loading", async () => {
    const loaded = await registry.load<Named>(model, { resolve: { thing: { f: 42 } } });
    expect(loaded.value).toBe(42);
  });

  test("is an error that says how to give it", async () => {
    for (const resolve of [
      undefined,
      {},
      { thing: {} },
      { thing: Object.create({ f: 1 }) as object as { f: number } },
    ]) {
      const error = await errorOf(registry.load(model, { resolve }));
      expect(error).toMatchObject({ code: "ERR_COMPONENT_UNRESOLVED" });
      expect(error.message).toMatch(/resolve: \{ thing: \{ "f"/);
    }
  });
});
