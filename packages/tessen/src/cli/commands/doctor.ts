import { COMMON_HELP } from "../arguments/given.ts";
import type { Check } from "../doctor/check.ts";
import { checkAgents } from "../doctor/check-agents.ts";
import { checkLogDir } from "../doctor/check-log-dir.ts";
import { checkPackages } from "../doctor/check-packages.ts";
import { checkRuntime } from "../doctor/check-runtime.ts";
import { checkVariables } from "../doctor/check-variables.ts";
import { pingIngest } from "../doctor/ping-ingest.ts";
import { mendLogDir } from "../doctor/mend-log-dir.ts";
import { EXIT } from "../exit-codes.ts";
import { clean } from "../output/clean.ts";
import { jsonHead } from "../output/json-head.ts";
import type { Style } from "../output/style.ts";
import { perform } from "../perform.ts";
import type { Terminal } from "../terminal.ts";

const SYNTAX = {
  name: "doctor",
  help: `Usage: tessen doctor [options]

Looks at everything that the recorder needs: Node, variables, the folder of logs, the SDKs that
programs in this folder load, channels, and when each agent was last heard of. The exit code is
1 when something is wrong.

  --ping             also go to the server of TESSEN_INGEST_URL: DNS, TCP, TLS, its health, an empty batch
  --fix              take away what rights others have to the folder of logs
${COMMON_HELP}`,
  options: { fix: { type: "boolean" }, ping: { type: "boolean" } },
  operands: [],
} as const;

/** `tessen doctor`. */
export function doctorCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  return perform(args, SYNTAX, terminal, async (given, screen) => {
    if (given.flag("fix"))
      for (const done of mendLogDir(given.logDir)) screen.writeError(`tessen doctor: ${clean(done)}\n`);
    const checks = [
      ...checkRuntime(process.versions, screen.environment),
      ...checkVariables(screen.environment),
      ...checkLogDir(given.logDir),
      ...checkPackages(process.cwd()),
      ...checkAgents(given.logDir, screen.now()),
      ...(given.flag("ping") ? await pingIngest(screen) : []),
    ];
    const isBad = checks.some(({ state }) => state === "bad");
    if (given.json) screen.write(`${JSON.stringify({ ...jsonHead("doctor", screen), ok: !isBad, checks })}\n`);
    else screen.write(checksAsText(checks, given.style));
    return isBad ? EXIT.findings : EXIT.ok;
  });
}

function checksAsText(checks: readonly Check[], style: Style): string {
  const { good, warning, bad } = style.marks;
  const marks = { good: style.green(good), warning: style.yellow(warning.padEnd(good.length)), bad: style.red(bad) };
  const sections = [...new Set(checks.map(({ section }) => section))];
  const lines = sections.flatMap((section) => [
    style.bold(section),
    ...checks
      .filter((check) => check.section === section)
      .map(({ state, text, remedy }) => `  ${marks[state]} ${clean(text)}${remedy === undefined ? "" : `. ${remedy}`}`),
  ]);
  return `${lines.join("\n")}\n`;
}
