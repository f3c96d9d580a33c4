import { describe, expect, test } from "vitest";
import { differencesOf } from "./src/compare.ts";
import { readDifferences, withDifferences } from "./src/differences.ts";
import { objectOf, readGolden } from "./src/golden.ts";
import { RuntimePlayer } from "./src/runtime-player.ts";

const DIFFERENCES = readDifferences();
const FILE = "runtime/expected.json";
const SCENARIOS = Object.entries(objectOf(readGolden("runtime/scenarios.json")));

describe("a scripted runtime gives the same trace as in Python", () => {
  test.each(SCENARIOS)("%s", async (name, scenario) => {
    const expected = withDifferences(DIFFERENCES, FILE, readGolden(FILE), { under: `/${name}` });
    expect(differencesOf(await new RuntimePlayer(objectOf(scenario)).play(), expected)).toEqual([]);
  });
});
