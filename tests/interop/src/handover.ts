import { randomUUID } from "node:crypto";
import { isObject, type Json, type JsonObject } from "@tesserae/core";
import { goldenNames, listOf, objectOf, readGolden, textOf } from "./golden.ts";

/** A scenario in which a state is loaded. */
export interface Handover {
  readonly name: string;
  readonly scenario: JsonObject;
  /** Python's trace. */
  readonly expected: JsonObject;
  /** The states that are loaded, as Python saved them. */
  readonly states: ReadonlyMap<string, JsonObject>;
}

/** Every scenario in which a state is loaded. */
export function handovers(): readonly Handover[] {
  return goldenNames("scenarios").flatMap((name) => {
    const scenario = objectOf(readGolden(`scenarios/${name}.json`));
    const steps = listOf(scenario["steps"]).map((step) => objectOf(step));
    if (!steps.some(({ op }) => op === "load")) return [];
    const expected = objectOf(readGolden(`expected/${name}.json`));
    const traces = listOf(expected["steps"]).map((step) => objectOf(step));
    const states = steps.flatMap((step, index) => {
      const as = step["as"] ?? (isObject(step["save_when_held"]) ? step["save_when_held"]["as"] : undefined);
      const state = traces[index]?.["state"];
      return as === undefined || state === undefined ? [] : [[textOf(as), withIds(objectOf(state))] as const];
    });
    return [{ name, scenario, expected, states: new Map(states) }];
  });
}

/** What a scenario hands over, and when: `Swarm in a run`, `UserProxyAgent in a team`. */
export function handedOver(scenario: JsonObject): readonly string[] {
  const members = [...listOf(scenario["agents"]), ...listOf(scenario["teams"])].map((member) => objectOf(member));
  const runner = members.at(-1);
  const when = listOf(scenario["steps"]).some((step) => objectOf(step)["save_when_held"] !== undefined)
    ? "in a run"
    : "between runs";
  if (runner === undefined) return [];
  const { type, participants } = runner;
  if (participants === undefined) return [`${textOf(type)} ${when}`];
  const inner = members.filter(({ name }) => listOf(participants).includes(name ?? null));
  const nested = inner.some((member) => member["participants"] !== undefined);
  return [
    `${nested ? "a nested team" : textOf(type)} ${when}`,
    ...inner.map((member) => `${textOf(member["type"])} in a team`),
  ];
}

/** A state of a trace with ids and times again, which traces leave out. */
function withIds(state: JsonObject): JsonObject {
  return objectOf(named(state));
}

function named(json: Json): Json {
  if (json === "<id>") return randomUUID();
  if (json === "<time>") return "2025-01-02T03:04:05.678901Z";
  if (Array.isArray(json)) return json.map(named);
  if (!isObject(json)) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, named(value)]));
}
