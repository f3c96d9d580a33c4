import fc from "fast-check";
import type { Member, TeamScript } from "./scripted-team.ts";

/** Random teams of every kind; those that may be are nested up to twice; with parallel tools, approvals, streams and people. */
export function teamScripts(options: {
  readonly repeats: readonly ("safe" | "never")[];
  readonly people: readonly boolean[];
  /** Whether some speak at once: what they say then comes in any order. */
  readonly atOnce?: boolean;
}): fc.Arbitrary<TeamScript> {
  const assistant: fc.Arbitrary<Member> = fc.record({
    type: fc.constant("assistant" as const),
    calls: fc.constantFrom(0, 0, 1, 3),
    streams: fc.boolean(),
    repeat: fc.constantFrom(...options.repeats),
    asks: fc.constantFrom(false, false, true),
  });
  const person: fc.Arbitrary<Member> = fc.record({
    type: fc.constant("person" as const),
    there: fc.constantFrom(...options.people),
  });
  const member = (depth: number): fc.Arbitrary<Member> =>
    depth === 0
      ? fc.oneof({ weight: 4, arbitrary: assistant }, { weight: 1, arbitrary: person })
      : fc.oneof(
          { weight: 3, arbitrary: assistant },
          { weight: 1, arbitrary: person },
          { weight: 2, arbitrary: team(depth - 1, 2) },
        );
  const teamOf = (
    types: readonly TeamScript["type"][],
    members: fc.Arbitrary<Member>,
    most: number,
  ): fc.Arbitrary<TeamScript> =>
    fc.record({
      type: fc.constantFrom(...types),
      members: fc.array(members, { minLength: 1, maxLength: most }),
      turns: fc.integer({ min: 1, max: 3 }),
      counts: fc.boolean(),
      shared: fc.boolean(),
    });
  const team = (depth: number, most: number): fc.Arbitrary<TeamScript> =>
    fc.oneof(
      {
        weight: 3,
        arbitrary: teamOf(["round-robin", "selector", "selector-function"], member(depth), most),
      },
      {
        weight: 2,
        arbitrary: teamOf(
          ["magentic-one", "graph-line", "graph-loop", ...(options.atOnce === false ? [] : ["graph-fan" as const])],
          member(0),
          most + 1,
        ),
      },
    );
  // A swarm inside of another team may end with a handoff that those outside cannot take.
  return fc.oneof({ weight: 8, arbitrary: team(2, 3) }, { weight: 1, arbitrary: teamOf(["swarm"], assistant, 3) });
}

/** How long the world takes, answer by answer. */
export const latencies: fc.Arbitrary<readonly number[]> = fc.array(fc.integer({ min: 0, max: 5 }), {
  minLength: 1,
  maxLength: 7,
});
