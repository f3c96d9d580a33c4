/**
 * Prints what the test runs found, as `N passed, N failed, N skipped` on a line of its own.
 *
 * Its arguments are reports of vitest's JSON reporter, one for each Node version. Every test counts once: it failed when
 * it failed in any run, and it was skipped when no run ran it.
 */
import { existsSync, readFileSync } from "node:fs";
import { isMain } from "./lib/is-main.ts";

type Verdict = "failed" | "passed" | "skipped";

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const ORDER: readonly Verdict[] = ["skipped", "passed", "failed"];

/** The name without the random end of a temporary folder (`/tmp/tests-a1B2c3/…`), which differs from run to run. */
function stableName(name: string): string {
  return name.replaceAll(/(?<=\/[\w-]+-)[A-Za-z0-9]{6}(?=\/|\b)/g, "");
}

function verdictOf(status: string): Verdict {
  return status === "passed" || status === "failed" ? status : "skipped";
}

/** The verdict of each test of a report, by file and name; a file that could not be read counts as one failed test. */
export function readVerdicts(report: Report): Map<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  for (const file of report.testResults) {
    if (file.assertionResults.length === 0 && file.status === "failed") verdicts.set(file.name, "failed");
    const seen = new Map<string, number>();
    for (const { fullName: name, status } of file.assertionResults) {
      const fullName = stableName(name);
      const nth = (seen.get(fullName) ?? 0) + 1;
      seen.set(fullName, nth);
      verdicts.set(`${file.name}\n${fullName}\n${nth}`, verdictOf(status));
    }
  }
  return verdicts;
}

/** Merges the runs and counts. */
export function summarize(reports: readonly Report[]): string {
  const merged = new Map<string, Verdict>();
  for (const report of reports) {
    for (const [test, verdict] of readVerdicts(report)) {
      const before = merged.get(test) ?? "skipped";
      merged.set(test, ORDER.indexOf(verdict) > ORDER.indexOf(before) ? verdict : before);
    }
  }
  const count = (verdict: Verdict): number => [...merged.values()].filter((each) => each === verdict).length;
  return `${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped`;
}

if (isMain(import.meta.url)) {
  const files = process.argv.slice(2).filter((file) => existsSync(file));
  console.log(summarize(files.map((file): Report => JSON.parse(readFileSync(file, "utf8")))));
}
