import { z } from "zod";
import { describe, expect, expectTypeOf, test } from "vitest";
import { isAbortError } from "../errors/kinds.ts";
import { toolValueToText } from "./base-tool.ts";
import { FunctionTool, tool } from "./function-tool.ts";
import { isTool } from "./function-tool-components.ts";
import { StaticWorkbench } from "./static-workbench.ts";

const X = { type: "integer", title: "X", description: "a number" } as const;
const double = tool({
  name: "double",
  description: "Doubles.",
  parameters: { type: "object", properties: { x: X }, required: ["x"] },
  execute: ({ x }) => Number(x) * 2,
});

describe("the schema of a function tool", () => {
  test("with a required integer is exactly this", () => {
    expect(double.schema).toEqual({
      name: "double",
      description: "Doubles.",
      strict: false,
      parameters: { type: "object", properties: { x: X }, required: ["x"], additionalProperties: false },
    });
  });

  test("of optional arguments only has an empty list of required ones; of none, no properties", () => {
    const optional = tool({
      name: "o",
      description: "",
      parameters: z.object({ a: z.string().optional() }),
      execute: () => 1,
    });
    expect(optional.schema.parameters?.required).toEqual([]);
    const none = tool({ name: "n", description: "", parameters: { type: "object" }, execute: () => 1 });
    expect(none.schema.parameters).toEqual({
      type: "object",
      properties: {},
      required: [],
      additionalProperties: false,
    });
  });

  test("of nested arguments has them inlined, each with its own required; a missing nested field is an error", async () => {
    const Arg = z.object({ field: z.string() }).meta({ id: "Arg" });
    const nested = tool({
      name: "n",
      description: "",
      parameters: z.object({ arg: Arg }),
      execute: ({ arg }) => arg.field,
    });
    expect(nested.schema.parameters?.properties["arg"]).toMatchObject({ type: "object", required: ["field"] });
    expect(await nested.runJson({ arg: { field: "x" } })).toBe("x");
    await expect(nested.runJson({ arg: {} })).rejects.toThrow(/\/arg/);
  });

  test("of a recursive type keeps its definitions", () => {
    const Tree = z.object({
      name: z.string(),
      get children() {
        return z.array(Tree);
      },
    });
    const plant = tool({ name: "plant", description: "", parameters: z.object({ tree: Tree }), execute: () => 1 });
    expect(JSON.stringify(plant.schema)).toContain("$defs");
  });

  test("strict with an optional argument, or with others allowed, is refused", () => {
    const strict = (parameters: {
      readonly type: "object";
      readonly [key: string]: never | object | string | boolean;
    }): unknown =>
      tool({ name: "s", description: "", parameters: parameters as never, strict: true, execute: () => 1 });
    expect(() => strict({ type: "object", properties: { a: {} } })).toThrow(/^Strict mode is enabled/);
    expect(() => strict({ type: "object", properties: {}, additionalProperties: true })).toThrow(
      /^Strict mode is enabled/,
    );
  });
});

describe("calling a function tool", () => {
  test("coerces as pydantic does, fills in defaults, ignores surplus arguments", async () => {
    const echo = tool({
      name: "echo",
      description: "",
      parameters: {
        type: "object",
        properties: { n: { type: "integer" }, limit: { type: "integer", default: 3 } },
        required: ["n"],
      },
      execute: (args) => args,
    });
    expect(await echo.runJson({ n: "7", surplus: true })).toMatchObject({ n: 7, limit: 3 });
  });

  test.each([{}, undefined, null, { x: "seven" }, [], "x"])(
    "with %j tells every place that does not fit",
    async (args) => {
      await expect(double.runJson(args)).rejects.toMatchObject({
        code: "ERR_TOOL_ARGUMENTS",
        message: expect.stringContaining("double"),
      });
    },
  );

  test("gets the signal and the call's id", async () => {
    const seen: unknown[] = [];
    const spy = tool({
      name: "spy",
      description: "",
      parameters: { type: "object" },
      execute: (_, { signal, callId }) => {
        seen.push(signal, callId);
      },
    });
    const { signal } = new AbortController();
    await spy.runJson({}, { signal, callId: "c1" });
    expect(seen).toEqual([signal, "c1"]);
  });

  test("ends with an abort, even where the function does not watch the signal", async () => {
    const stuck = tool({
      name: "stuck",
      description: "",
      parameters: { type: "object" },
      execute: () => new Promise(() => undefined),
    });
    const controller = new AbortController();
    const running = stuck.runJson({}, { signal: controller.signal }).catch((error: unknown) => error);
    controller.abort();
    expect(isAbortError(await running)).toBe(true);
    await expect(double.runJson({ x: 1 }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "ERR_ABORTED",
    });
  });

  test("awaits a schema that checks asynchronously", async () => {
    const slow = tool({
      name: "slow",
      description: "",
      parameters: z.object({ a: z.string().refine(async (value) => value !== "bad") }),
      execute: ({ a }) => a,
    });
    expect(await slow.runJson({ a: "good" })).toBe("good");
    await expect(slow.runJson({ a: "bad" })).rejects.toMatchObject({ code: "ERR_TOOL_ARGUMENTS" });
  });

  test("has the types of its schema", () => {
    tool({
      name: "typed",
      description: "",
      parameters: z.object({ city: z.string(), days: z.number().optional() }),
      execute: (args) => {
        expectTypeOf(args).toEqualTypeOf<{ city: string; days?: number | undefined }>();
      },
    });
  });
});

describe("making a function tool", () => {
  test.each(["", "two words", "a.b", "x".repeat(65), "é"])("the name %j is refused", (name) => {
    expect(() => tool({ name, description: "", parameters: {}, execute: () => 1 })).toThrow(/Invalid tool name/);
  });

  test("without a name, a function or parameters is refused, not a bare TypeError", () => {
    expect(() => new FunctionTool(undefined as never)).toThrow(/Invalid tool name: 'undefined'/);
    expect(() => tool({ description: "", parameters: {}, execute: () => 1 } as never)).toThrow(/Invalid tool name/);
    expect(() => new FunctionTool({ name: "x", description: "", parameters: {} } as never)).toThrow(/"execute"/);
    expect(() => new FunctionTool({ name: "x", description: "", execute: () => 1 } as never)).toThrow(/"parameters"/);
  });

  test("whose approval is asked for by what is neither yes, no nor a function is refused, not called without it", () => {
    const options = { name: "pay", description: "", parameters: {}, execute: () => 1, requiresApproval: "true" };
    expect(() => tool(options as never)).toThrow(
      /requiresApproval of the tool 'pay' must be true, false or a function/,
    );
    const pay = tool({ ...options, requiresApproval: false });
    const overrides = { pay: { requiresApproval: "true" as never } };
    expect(() => new StaticWorkbench({ tools: [pay], toolOverrides: overrides })).toThrow(/of the tool 'pay' must be/);
  });

  test("makes a tool", () => {
    expect(isTool(double)).toBe(true);
    for (const value of [null, undefined, {}, () => 1, { name: "x", runJson: () => 1 }])
      expect(isTool(value)).toBe(false);
  });
});

describe("the text of a result", () => {
  test.each<readonly [unknown, string]>([
    ["as it is", "as it is"],
    [{ a: [1, null, true] }, '{"a":[1,null,true]}'],
    [5, "5"],
    [null, "null"],
    [undefined, ""],
    [Symbol("x"), ""],
  ])("%j", (value, text) => {
    expect(toolValueToText(value)).toBe(text);
  });

  test("can be the tool's own", () => {
    const own = tool({
      name: "own",
      description: "",
      parameters: {},
      execute: () => 5,
      toText: (value) => `five: ${value}`,
    });
    expect(own.returnValueAsString(5)).toBe("five: 5");
  });
});
