import type { TaskRunner } from "@tesserae/agentchat";
import { isObject, type Json, type JsonObject, type Tool } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { differencesOf } from "./src/compare.ts";
import { LOAD_OPTIONS, REGISTRY, inTemporaryFolder } from "./src/components.ts";
import { readDifferences, withDifferences } from "./src/differences.ts";
import { goldenNames, objectOf, readGolden, textOf } from "./src/golden.ts";
import { HAS_PYTHON, NO_PYTHON, askPython } from "./src/python.ts";
import { runOnce } from "./src/run-once.ts";

interface Stateful {
  saveState(): JsonObject | Promise<JsonObject>;
  loadState(state: JsonObject): void | Promise<void>;
}

const DIFFERENCES = readDifferences();
const STATES = goldenNames("fixtures/states").map((name) => {
  const row = objectOf(readGolden(`fixtures/states/${name}.json`));
  return {
    name,
    component: objectOf(row["component"]),
    state: objectOf(row["state"]),
    pythonReload: textOf(row["python_reload"]),
    continued: row["continued"] === undefined ? undefined : objectOf(row["continued"]),
  };
});

/** Ours may save more than Python does. */
const MORE = { surplus: () => true };

async function restored(component: Json, state: JsonObject): Promise<Stateful> {
  const loaded = await REGISTRY.load<Stateful | Tool>(inTemporaryFolder(component), LOAD_OPTIONS);
  const stateful = "runJson" in loaded ? ofTool(loaded) : loaded;
  await stateful.loadState(state);
  return stateful;
}

function ofTool(tool: Tool): Stateful {
  return {
    saveState: async () => (await tool.saveStateJson?.()) ?? {},
    loadState: (state) => tool.loadStateJson?.(state),
  };
}

describe("a state that Python saved", () => {
  test.each(STATES)("$name is loaded and saved equal, ids and times included", async ({ component, state }) => {
    const loaded = await restored(component, state);
    expect(differencesOf(await loaded.saveState(), state, MORE)).toEqual([]);
  });

  const continued = STATES.filter((row) => row.continued !== undefined);
  test.each(continued)("$name goes on as in Python", async ({ name, component, state, continued: run }) => {
    const runner = await restored(component, state);
    const file = `fixtures/states/${name}.json`;
    const expected = withDifferences(DIFFERENCES, file, readGolden(file), { under: "/continued/expected" });
    // What goes on is an agent or a team.
    expect(differencesOf(await runOnce(runner as Stateful & TaskRunner, textOf(run?.["task"])), expected)).toEqual([]);
  });
});

describe("a state that we saved", () => {
  test("is loaded by Python and saved equal to Python's own", async ({ skip }) => {
    skip(!HAS_PYTHON, NO_PYTHON);
    const rows = STATES.filter(({ pythonReload }) => pythonReload === "equal");
    const ours: Json[] = [];
    for (const { component, state } of rows) {
      ours.push({ component, state: await (await restored(component, state)).saveState() });
    }
    const saved = askPython("reload_state.py", ours);
    const differing = rows.flatMap(({ name, state }, index) =>
      differencesOf(saved[index], state).map((line) => `${name}${line}`),
    );
    expect(differing).toEqual([]);
  });

  test("with a structured message of a type that nobody registered stays as it is, where Python refuses it", async () => {
    const refused = STATES.filter(({ pythonReload }) => pythonReload === "refused");
    expect(refused.map(({ name }) => name)).toEqual(["round-robin-structured"]);
    for (const { component, state } of refused) {
      const saved = await (await restored(component, state)).saveState();
      expect(JSON.stringify(saved)).toContain("StructuredMessage[");
      expect(differencesOf(saved, state, MORE)).toEqual([]);
      expect(isObject(saved)).toBe(true);
    }
  });
});
