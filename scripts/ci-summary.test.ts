import { expect, test } from "vitest";
import { summarize } from "./ci-summary.ts";

function report(file: string, tests: Record<string, string>, status = "passed") {
  const assertionResults = Object.entries(tests).map(([fullName, each]) => ({ fullName, status: each }));
  return { testResults: [{ name: file, status, assertionResults }] };
}

test("counts every test of every file once", () => {
  const runs = [report("a", { one: "passed", two: "failed" }), report("b", { one: "pending", two: "todo" })];
  expect(summarize(runs)).toBe("1 passed, 1 failed, 2 skipped");
});

test("a test that failed on one Node failed; one that was skipped on one Node did run", () => {
  const older = report("a", { one: "failed", two: "pending" });
  const newer = report("a", { one: "passed", two: "passed" });
  expect(summarize([newer, older])).toBe("1 passed, 1 failed, 0 skipped");
  expect(summarize([older, newer])).toBe("1 passed, 1 failed, 0 skipped");
});

test("a file that cannot be loaded is a failed test", () => {
  expect(summarize([report("a", {}, "failed")])).toBe("0 passed, 1 failed, 0 skipped");
});

test("two tests of one name are two tests", () => {
  const twice = { fullName: "same", status: "passed" };
  expect(summarize([{ testResults: [{ name: "a", status: "passed", assertionResults: [twice, twice] }] }])).toBe(
    "2 passed, 0 failed, 0 skipped",
  );
});

test("a test whose name has a temporary folder in it is one test in two runs", () => {
  const runs = [
    report("a", { "/tmp/work-a1B2c3/x.py is refused": "passed" }),
    report("a", { "/tmp/work-Zz9z9Z/x.py is refused": "passed" }),
  ];
  expect(summarize(runs)).toBe("1 passed, 0 failed, 0 skipped");
});
