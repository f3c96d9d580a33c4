import type { TaskRunner } from "@tesserae/agentchat";
import { ComponentError, dumpComponent } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { differencesOf } from "./src/compare.ts";
import {
  LOAD_OPTIONS,
  PENDING,
  REGISTRY,
  fixtures,
  inTemporaryFolder,
  withAnyDescription,
  withEvenDescriptions,
} from "./src/components.ts";
import { at, readDifferences, withDifferences } from "./src/differences.ts";
import { objectOf, readGolden, textOf } from "./src/golden.ts";
import { HAS_PYTHON, NO_PYTHON, askPython } from "./src/python.ts";
import { runOnce } from "./src/run-once.ts";

const DIFFERENCES = readDifferences();
const MANIFEST = "fixtures/components/manifest.json";
const MASKED = "client-openai-masked-key";
const OWN_TESTS = [MASKED, "condition-token-usage-partial", "tool-function-missing-import"];
const ALL = fixtures();
const READY = ALL.filter(({ provider, name }) => !(provider in PENDING) && name !== MASKED);

test("a pending provider is one that nobody has registered", () => {
  const known = REGISTRY.providers().map(({ provider }) => provider);
  expect(known.filter((provider) => provider in PENDING)).toEqual([]);
});

test("every component of AutoGen's core and AgentChat that we know has a file of Python's", () => {
  const files = new Set(ALL.map(({ provider }) => provider));
  const known = REGISTRY.providers().map(({ provider }) => provider);
  expect(known.filter((provider) => /^autogen_(core|agentchat)\./.test(provider) && !files.has(provider))).toEqual([]);
});

describe("a component that Python wrote", () => {
  const whole = READY.filter(({ name }) => name !== "condition-token-usage-partial");
  test.each(whole)("$name is loaded and dumped equal", async ({ name, component }) => {
    const loaded = await REGISTRY.load(component, LOAD_OPTIONS);
    const file = `fixtures/components/${name}.json`;
    const expected = withAnyDescription(withDifferences(DIFFERENCES, file, component));
    expect(differencesOf(dumpComponent(loaded), expected)).toEqual([]);
  });

  const runnable = READY.filter(({ run }) => run !== undefined);
  test.each(runnable)("$name runs as in Python", async ({ name, component, run }) => {
    const runner = await REGISTRY.load<TaskRunner>(inTemporaryFolder(component), LOAD_OPTIONS);
    const manifest = readGolden(MANIFEST);
    const expected = withDifferences(DIFFERENCES, MANIFEST, manifest, { under: `/${name}/run/expected` });
    expect(differencesOf(await runOnce(runner, textOf(run?.["task"])), expected)).toEqual([]);
  });

  test.runIf(ALL.some(({ provider, name }) => name === MASKED && !(provider in PENDING)))(
    "with a masked key is refused, and the error says so",
    async () => {
      const masked = ALL.find(({ name }) => name === MASKED);
      const error: unknown = await REGISTRY.load(masked?.component).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ComponentError);
      expect(String(error)).toMatch(/masked/);
    },
  );
});

describe("a component that we wrote", () => {
  const expectedReload = READY.filter(({ name }) => !OWN_TESTS.includes(name));

  test("is loaded by Python and dumped equal to Python's own file", async ({ skip }) => {
    skip(!HAS_PYTHON, NO_PYTHON);
    const dumps = await Promise.all(
      expectedReload.map(async ({ component }) => dumpComponent(await REGISTRY.load(component, LOAD_OPTIONS))),
    );
    const reloaded = askPython("reload_components.py", dumps);
    const differing = expectedReload.flatMap(({ name, component, pythonReload, pythonDump }, index) => {
      const expected = pythonReload === "differs" ? (pythonDump ?? null) : component;
      return differencesOf(withEvenDescriptions(at([...reloaded], `/${index}`)), withEvenDescriptions(expected)).map(
        (line) => `${name}${line}`,
      );
    });
    expect(differing).toEqual([]);
  });

  test("a TokenUsageTermination with one limit has explicit nulls, which Python loads", async ({ skip }) => {
    const partial = ALL.find(({ name }) => name === "condition-token-usage-partial");
    const dump = dumpComponent(await REGISTRY.load(partial?.component));
    expect(dump.config).toEqual({ max_total_token: 100, max_prompt_token: null, max_completion_token: null });
    skip(!HAS_PYTHON, NO_PYTHON);
    const [reloaded] = askPython("reload_components.py", [dump]);
    expect(objectOf(reloaded)["error"]).toBeUndefined();
  });

  test("a function tool whose source Python cannot run is loaded by its name", async () => {
    const tool = ALL.find(({ name }) => name === "tool-function-missing-import");
    const loaded = await REGISTRY.load<{ runJson(args: unknown): Promise<unknown> }>(tool?.component, LOAD_OPTIONS);
    expect(await loaded.runJson({ seconds: 2 })).toBe("waited 2");
  });
});
