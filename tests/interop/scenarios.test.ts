import { describe, expect, test } from "vitest";
import { differencesOf } from "./src/compare.ts";
import { readDifferences, withDifferences } from "./src/differences.ts";
import { goldenNames, objectOf, readGolden } from "./src/golden.ts";
import { makeTools, Rendezvous, toolSchemas } from "./src/scenario/tools.ts";
import { inState } from "./src/trace.ts";
import { Player } from "./src/scenario/player.ts";

const DIFFERENCES = readDifferences();

describe("a scripted conversation gives the same trace as in Python", () => {
  test.each(goldenNames("scenarios"))("%s", async (name) => {
    const scenario = objectOf(readGolden(`scenarios/${name}.json`));
    const file = `expected/${name}.json`;
    const ours = await new Player(scenario).play();
    const expected = withDifferences(DIFFERENCES, file, readGolden(file));
    expect(differencesOf(ours, expected, { surplus: inState })).toEqual([]);
  });
});

test("the shared tools have the schemas that Python gives them", () => {
  const schemas = [...makeTools(new Rendezvous()).values()].map((tool) => tool.schema);
  expect(schemas).toEqual(toolSchemas());
});
