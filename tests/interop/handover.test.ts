import { describe, expect, test } from "vitest";
import { differencesOf } from "./src/compare.ts";
import { readDifferences, withDifferences } from "./src/differences.ts";
import { handovers, handedOver } from "./src/handover.ts";
import { HAS_PYTHON, NO_PYTHON, askPython } from "./src/python.ts";
import { withNeutralPrompts } from "./src/scenario/orchestrator-prompts.ts";
import { Player } from "./src/scenario/player.ts";
import { inState } from "./src/trace.ts";

const DIFFERENCES = readDifferences();
const HANDOVERS = handovers();

describe("a conversation that Python began goes on here", () => {
  test.each(HANDOVERS)("$name", async ({ name, scenario, expected, states }) => {
    const ours = await new Player(scenario, states).play();
    const wanted = withDifferences(DIFFERENCES, `expected/${name}.json`, expected, { handover: "python's here" });
    expect(differencesOf(ours, wanted, { surplus: inState })).toEqual([]);
  });
});

test("a conversation that began here goes on in Python", async ({ skip }) => {
  skip(!HAS_PYTHON, NO_PYTHON);
  const begun = await Promise.all(
    HANDOVERS.map(async ({ scenario }) => {
      const player = new Player(scenario);
      await player.play();
      return { scenario, given: Object.fromEntries(player.saved) };
    }),
  );
  const traces = askPython("continue_scenarios.py", begun);
  const differing = HANDOVERS.flatMap(({ name, expected }, index) => {
    const wanted = withDifferences(DIFFERENCES, `expected/${name}.json`, expected, { handover: "ours in python" });
    return differencesOf(withNeutralPrompts(traces[index] ?? null), wanted).map((line) => `${name}${line}`);
  });
  expect(differing).toEqual([]);
});

const AGENTS = ["AssistantAgent", "CodeExecutorAgent", "UserProxyAgent", "SocietyOfMindAgent", "MessageFilterAgent"];
const TEAMS = [
  "RoundRobinGroupChat",
  "SelectorGroupChat",
  "Swarm",
  "MagenticOneGroupChat",
  "GraphFlow",
  "a nested team",
];

test("every agent, alone and in a team, and every team is handed over between runs and within one", () => {
  const cells = new Set(HANDOVERS.flatMap(({ scenario }) => handedOver(scenario)));
  const wanted = [
    ...AGENTS.flatMap((agent) => [`${agent} between runs`, `${agent} in a run`, `${agent} in a team`]),
    ...TEAMS.flatMap((team) => [`${team} between runs`, `${team} in a run`]),
  ];
  expect(wanted.filter((cell) => !cells.has(cell))).toEqual([]);
});
