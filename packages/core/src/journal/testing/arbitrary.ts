import type fastCheck from "fast-check";
import type { Arbitrary } from "fast-check";
import type { Step } from "./workload.ts";

type FastCheck = typeof fastCheck;

/** Scripts with nested scopes, parallel strands, streams, tools, joins and time that the seam does not know of. */
export function scripts(
  fc: FastCheck,
  options: { readonly repeats: readonly ("safe" | "never")[] },
): Arbitrary<readonly Step[]> {
  const name = fc.constantFrom("a", "b", "c/d", "e[0]!", "ü:%");
  const { steps } = fc.letrec<{
    steps: readonly Step[];
    step: Step;
    leaf: Step;
    branches: readonly (readonly Step[])[];
  }>((tie) => ({
    steps: fc.array(tie("step"), { minLength: 1, maxLength: 4, depthIdentifier: "script" }),
    branches: fc.array(tie("steps"), { minLength: 1, maxLength: 3, depthIdentifier: "script" }),
    leaf: fc.oneof(
      fc.record({
        type: fc.constant("leaf" as const),
        name,
        repeat: fc.constantFrom(...options.repeats),
        fails: fc.boolean(),
      }),
      fc.record({ type: fc.constant("stream" as const), name, items: fc.integer({ min: 0, max: 3 }) }),
      fc.record({ type: fc.constant("values" as const) }),
      fc.record({ type: fc.constant("sleep" as const) }),
    ),
    step: fc.oneof(
      { depthSize: "small", withCrossShrink: true, depthIdentifier: "script" },
      tie("leaf"),
      fc.record({ type: fc.constant("scope" as const), name, steps: tie("steps") }),
      fc.record({ type: fc.constant("parallel" as const), name, branches: tie("branches") }),
      options.repeats.includes("never")
        ? fc.record({ type: fc.constant("calls" as const), name, count: fc.integer({ min: 1, max: 3 }) })
        : tie("leaf"),
    ),
  }));
  return steps;
}
