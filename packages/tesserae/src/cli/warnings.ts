import { styleFor, tell } from "./terminal.ts";

/** What a command's own text says already, or what tells its user nothing. */
const SILENT = new Set(["TESSERAE_CODE_RUNS_UNSANDBOXED", "TESSERAE_UNREVIEWED_CODE", "TESSERAE_CONFIG_INCOMPLETE"]);

/** Prints the warnings of the process as lines of their own, without Node's process number. `silent`: those known to the command. */
export function showWarnings(silent: boolean): void {
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    const code: unknown = Reflect.get(warning, "code");
    if (silent && typeof code === "string" && SILENT.has(code)) return;
    tell(`${styleFor(process.stderr).yellow("warning:")} ${warning.message}`);
  });
}
