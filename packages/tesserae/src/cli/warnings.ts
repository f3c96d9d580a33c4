import { harmless, styleFor, tell } from "./terminal.ts";

/** The demo says in its own words how code runs; and its executor is made anew by the demo, not by its config. */
const SAID_BY_DEMO = new Set([
  "TESSERAE_CODE_RUNS_UNSANDBOXED",
  "TESSERAE_UNREVIEWED_CODE",
  "TESSERAE_CONFIG_INCOMPLETE",
]);

/**
 * From now on prints the warnings of the process as lines of their own, without Node's process number: all of them,
 * those that a run of the demo does not say itself, or none, for a command that reports them itself.
 */
export function showWarnings(which: "all" | "of the demo" | "none"): void {
  process.removeAllListeners("warning");
  // Node prints warnings itself as long as nobody listens.
  if (which === "none") process.on("warning", () => undefined);
  if (which === "none") return;
  process.on("warning", (warning) => {
    const code: unknown = Reflect.get(warning, "code");
    if (which === "of the demo" && typeof code === "string" && SAID_BY_DEMO.has(code)) return;
    tell(`${styleFor(process.stderr).yellow("warning:")} ${harmless(warning.message)}`);
  });
}
