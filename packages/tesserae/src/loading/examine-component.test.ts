import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isObject } from "@tesserae/core";
import { defaultRegistry } from "@tesserae/ext/components";
import { assistant, component, replayModel, roundRobin } from "../testing/component-files.ts";
import { examineComponent } from "./examine-component.ts";

const FIXTURES = join(import.meta.dirname, "../../../../tests/interop/fixtures/components");
/** Components of AutoGen's that come with later parts. */
const LATER = ["autogen_ext.models.ollama.OllamaChatCompletionClient"];

function filesOfPython(): readonly string[] {
  const manifest: unknown = JSON.parse(readFileSync(join(FIXTURES, "manifest.json"), "utf8"));
  const rows = Object.values(isObject(manifest) ? manifest : {}).filter(isObject);
  return rows
    .filter(({ scope, provider }) => scope === "now" && !LATER.includes(String(provider)))
    .map(({ file }) => String(file));
}

describe("a file that Python AutoGen wrote", () => {
  test.each(filesOfPython())("%s is valid", async (file) => {
    const json: unknown = JSON.parse(
      readFileSync(join(FIXTURES, "..", file.includes("/") ? file : `components/${file}`), "utf8"),
    );
    const { errors } = await examineComponent(defaultRegistry(), json);
    // A masked key is refused on purpose: Python would send the asterisks.
    expect(errors.filter(({ message }) => !message.startsWith("the secret is masked"))).toEqual([]);
  });
});

test("what only making it tells is told too, and the functions that it needs", async () => {
  const tools = [component("tesserae.tools.FunctionTool", { name: "add", description: "" })];
  const adder = assistant("adder", replayModel("5"), { tools });
  expect(await examineComponent(defaultRegistry(), roundRobin([adder]))).toEqual({
    errors: [],
    warnings: [],
    functions: ["add"],
  });
  const twins = roundRobin([assistant("a", replayModel("1")), assistant("a", replayModel("2"))]);
  expect((await examineComponent(defaultRegistry(), twins)).errors).toMatchObject([
    { pointer: "/config", message: expect.stringContaining("unique") },
  ]);
});
