import type { Step } from "./workload.ts";

/** The script of the committed journals. It never changes: a new version of the format gets a script of its own. */
export const FIXTURE_V1: readonly Step[] = [
  { type: "leaf", name: "a", repeat: "safe" },
  { type: "turn" },
  {
    type: "parallel",
    name: "p",
    branches: [
      [
        { type: "stream", name: "s", items: 2 },
        { type: "leaf", name: "out", repeat: "never", fails: true },
      ],
      [{ type: "calls", name: "n", count: 2 }, { type: "sleep" }],
    ],
  },
  {
    type: "join",
    branches: [
      [{ type: "leaf", name: "c/d", repeat: "safe" }, { type: "values" }],
      [{ type: "leaf", name: "e", repeat: "safe" }],
    ],
  },
  { type: "turn" },
  { type: "input" },
  { type: "scope", name: "ü:%", steps: [{ type: "leaf", name: "last", repeat: "safe" }] },
];
