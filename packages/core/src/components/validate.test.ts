import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../json.ts";
import { testRegistry } from "./testing/components.ts";

const registry = testRegistry();
const box = (config: JsonObject = {}): JsonObject => ({ provider: "test.Box", config });

async function errors(model: unknown, options = {}): Promise<readonly (readonly [string, string])[]> {
  const report = await registry.validate(model, { environment: {}, ...options });
  return report.errors.map(({ pointer, message }) => [pointer, message] as const);
}

async function pointers(model: unknown, options = {}): Promise<readonly string[]> {
  return (await errors(model, options)).map(([pointer]) => pointer);
}

describe("validation", () => {
  test("of what is right finds nothing", async () => {
    expect(await registry.validate({ provider: "test.Cabinet", config: { top: box(), boxes: [box()] } })).toEqual({
      errors: [],
      warnings: [],
    });
  });

  test("gives every error at once, nested components included, each with its pointer", async () => {
    const model = {
      provider: "test.Cabinet",
      config: {
        rows: 0,
        top: { provider: "test.Old", component_version: 1, config: {} },
        boxes: [
          box({ size: "big" }),
          box({ note: 5, size: 1.5 }),
          { provider: "test.Bxo", config: {} },
          { provider: "test.Secretive", config: { key: "**********" } },
        ],
        drawers: { "a/b": { provider: "test.Cabinet", config: {} }, c: box({ size: "$env:SIZE" }) },
      },
    };
    const found = await pointers(model);
    const expected = [
      "/config/rows",
      "/config/boxes",
      "/config/top/provider",
      "/config/top/component_version",
      "/config/boxes/0/config/size",
      "/config/boxes/1/config/size",
      "/config/boxes/1/config/note",
      "/config/boxes/2/provider",
      "/config/boxes/3/provider",
      "/config/boxes/3/config/key",
      "/config/drawers/a~1b/config",
      "/config/drawers/c/config/size",
      "/config/drawers/c/config/size",
    ];
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  test("tells what only the classes know when the JSON is right, of every component", async () => {
    const model = { provider: "test.Cabinet", config: { top: box({ size: 200 }), boxes: [box(), box({ size: 300 })] } };
    expect(await errors(model)).toEqual([
      ["/config/top/config", expect.stringMatching(/size 200/)],
      ["/config/boxes/1/config", expect.stringMatching(/size 300/)],
    ]);
  });

  test.each<readonly [unknown, string, RegExp]>([
    [null, "", /found null/],
    [undefined, "", /found nothing/],
    [[], "", /found a list/],
    ["test.Box", "", /found a string/],
    [{}, "/provider", /provider's name/],
    [{ provider: "" }, "/provider", /provider's name/],
    [{ provider: 5 }, "/provider", /provider's name/],
    [{ provider: "nowhere.Thing" }, "/provider", /unknown provider 'nowhere.Thing'. Register/],
    [{ provider: "other.box" }, "/provider", /Did you mean 'test.Box'/],
    [{ provider: "constructor" }, "/provider", /unknown provider/],
    [{ provider: "os.path.join" }, "/provider", /unknown provider/],
    [{ provider: "test.Box", config: [] }, "/config", /expected an object, found a list/],
    [{ provider: "test.Box", config: "x" }, "/config", /expected an object, found a string/],
    [{ provider: "test.Box", component_version: "1" }, "/component_version", /whole number/],
    [{ provider: "test.Box", component_version: 1.5 }, "/component_version", /whole number/],
    [{ provider: "test.Box", label: 5 }, "/label", /expected text/],
    [{ provider: "test.OldUpgradable", component_version: 1 }, "/config", /has the key old/],
    [{ provider: "test.Cabinet" }, "/config", /the key "top" is missing/],
    [{ provider: "test.Cabinet", config: { top: null } }, "/config", /the key "top" is missing/],
    [{ provider: "test.Cabinet", config: { top: box(), boxes: 5 } }, "/config/boxes", /expected a component/],
  ])("of %j", async (model, pointer, problem) => {
    expect(await errors(model)).toContainEqual([pointer, expect.stringMatching(problem)]);
  });

  test("wants the expected type at the root", async () => {
    expect(await errors(box(), { expected: ["cabinet", "old"] })).toEqual([
      ["/provider", expect.stringMatching(/cabinet or old, 'test.Box' is of type box/)],
    ]);
  });

  test("looks into the config of an unknown provider for components", async () => {
    const model = { provider: "nowhere.Thing", config: { inner: [{ deep: box({ size: "x" }) }] } };
    expect(await pointers(model)).toEqual(["/provider", "/config/inner/0/deep/config/size"]);
  });

  test("warns of keys that nobody knows, and of a type that contradicts the provider", async () => {
    const { errors: none, warnings } = await registry.validate({
      provider: "test.Box",
      component_type: "cabinet",
      type: "Box",
      config: { sise: 3 },
    });
    expect(none).toEqual([]);
    expect(warnings.map(({ pointer }) => pointer)).toEqual(["/type", "/component_type", "/config/sise"]);
  });

  test("never throws, whatever it is given", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue(),
        fc.constantFrom("test.Cabinet", "test.Secretive", "x"),
        async (config, provider) => {
          const report = await registry.validate({ provider, config }, { environment: {} });
          for (const { pointer } of report.errors) expect(pointer).toMatch(/^(\/|$)/);
          await registry.validate(config, { environment: {} });
        },
      ),
    );
  });
});
