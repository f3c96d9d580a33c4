import { readFileSync } from "node:fs";
import { expect } from "vitest";

/** Any number will do. */
const SEED = 20_261_130;

// Where `CI` is set the values of properties are the same in every run: whether a change is taken does not depend on
// chance, and what fails there fails elsewhere with `CI=true`. Everywhere else they are others each time, to find more.
if (process.env["CI"] !== undefined) {
  const { testPath } = expect.getState();
  if (testPath !== undefined && readFileSync(testPath, "utf8").includes("fast-check")) {
    const { default: fc } = await import("fast-check");
    fc.configureGlobal({ seed: SEED });
  }
}
