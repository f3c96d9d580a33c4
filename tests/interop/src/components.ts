import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isObject, type ComponentRegistry, type Json, type JsonObject, type LoadOptions } from "@tesserae/core";
import { defaultRegistry } from "@tesserae/ext/components";
import { objectOf, readGolden, textOf } from "./golden.ts";
import { functionTool } from "./scenario/tools.ts";

/** A row of `fixtures/components/manifest.json`. */
export interface Fixture {
  readonly name: string;
  readonly provider: string;
  readonly component: JsonObject;
  readonly run: JsonObject | undefined;
  readonly pythonReload: string;
  readonly pythonDump: JsonObject | undefined;
}

/** Clients whose class does not exist yet; a test fails when one of them does. */
export const PENDING: Readonly<Record<string, string>> = {
  "autogen_ext.models.ollama.OllamaChatCompletionClient": "the client is not registered yet",
};

/** What loads the components of the fixtures. */
export const REGISTRY: ComponentRegistry = defaultRegistry();

/** The functions behind the Python tools of the fixtures, by name. */
export const LOAD_OPTIONS: LoadOptions = {
  resolve: {
    tool: {
      add: fixtureTool("add", { a: "integer", b: "integer" }, ({ a, b }) => String(Number(a) + Number(b))),
      shout: fixtureTool("shout", { text: "string", times: "integer" }, ({ text, times }) =>
        Array.from({ length: Number(times ?? 1) }, () => textOf(text).toUpperCase()).join(" "),
      ),
      wait_for: fixtureTool("wait_for", { seconds: "number" }, ({ seconds }) => `waited ${Number(seconds)}`),
      root: fixtureTool("root", { number: "number" }, ({ number }) => String(Math.sqrt(Number(number)))),
    },
  },
};

/** The fixtures of the first release. */
export function fixtures(): readonly Fixture[] {
  return Object.entries(objectOf(readGolden("fixtures/components/manifest.json"))).flatMap(([name, value]) => {
    const row = objectOf(value);
    if (row["scope"] !== "now") return [];
    const { run, python_dump: dump } = row;
    return {
      name,
      provider: textOf(row["provider"]),
      component: objectOf(readGolden(`fixtures/components/${textOf(row["file"])}`)),
      run: run === undefined ? undefined : objectOf(run),
      pythonReload: textOf(row["python_reload"]),
      pythonDump: dump === undefined ? undefined : objectOf(dump),
    };
  });
}

/** The component with the descriptions of all envelopes replaced: theirs are the documentation of Python's classes. */
export function withAnyDescription(json: Json): Json {
  return mapEnvelopes(json, (envelope) => ({ ...envelope, description: { $any: true } }));
}

/** The component with runs of blanks in descriptions as one, as Python 3.13 and 3.11 differ in them. */
export function withEvenDescriptions(json: Json): Json {
  return mapEnvelopes(json, (envelope) => {
    const { description } = envelope;
    return typeof description === "string" ? { ...envelope, description: description.replace(/\s+/g, " ") } : envelope;
  });
}

/** The component with its code executors working in a folder of their own instead of `coding`. */
export function inTemporaryFolder(json: Json): Json {
  const folder = mkdtempSync(join(tmpdir(), "tesserae-interop-"));
  return JSON.parse(JSON.stringify(json), (key, value: unknown) => (key === "work_dir" ? folder : value)) as Json;
}

function mapEnvelopes(json: Json, change: (envelope: JsonObject) => JsonObject): Json {
  if (Array.isArray(json)) return json.map((item) => mapEnvelopes(item, change));
  if (!isObject(json)) return json;
  const mapped = Object.fromEntries(Object.entries(json).map(([key, value]) => [key, mapEnvelopes(value, change)]));
  return "provider" in mapped && "config" in mapped ? change(mapped) : mapped;
}

function fixtureTool(
  name: string,
  types: Readonly<Record<string, string>>,
  execute: (args: Readonly<Record<string, unknown>>) => unknown,
): unknown {
  const properties = Object.fromEntries(Object.entries(types).map(([key, type]) => [key, { type }]));
  return functionTool({ name, description: name, parameters: { type: "object", properties } }, execute);
}
