import { listAgents } from "../../events/list-agents.ts";
import { COMMON_HELP, type Given } from "../arguments/given.ts";
import { checkUsable } from "../usable-log-dir.ts";
import { CommandError } from "../command-error.ts";
import { EXIT } from "../exit-codes.ts";
import { jsonHead } from "../output/json-head.ts";
import { perform } from "../perform.ts";
import { agentStatus } from "../status/agent-status.ts";
import { statusText } from "../status/status-text.ts";
import type { Terminal } from "../terminal.ts";
import { untilAborted, withOptionalValue } from "../watch.ts";

const SYNTAX = {
  name: "status",
  help: `Usage: tessen status [options]

One row for each agent: when it was last heard of, and its events, errors, anomalies, cost
and 95th percentile of latency since midnight UTC, or since --since.

  --watch [SECONDS]  look again every so many seconds (default 2), until Ctrl-C
  --all              list agents without events, too
${COMMON_HELP}`,
  options: { watch: { type: "string" }, all: { type: "boolean" } },
  operands: [],
} as const;

/** `tessen status`. */
export function statusCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  return perform(withOptionalValue(args, "--watch", "2"), SYNTAX, terminal, async (given, screen) => {
    const seconds = given.count("watch");
    if (seconds === undefined) return show(given, screen);
    if (seconds < 1) throw new CommandError("--watch needs a second at least.", EXIT.usage);
    while (!screen.signal.aborted) {
      // To the upper left corner, and the screen empty.
      if (screen.isTerminal && !given.json) screen.write("\u001b[H\u001b[2J");
      show(given, screen);
      await untilAborted(screen.signal, seconds * 1000);
    }
    return EXIT.interrupted;
  });
}

function show(given: Given, terminal: Terminal): number {
  const { logDir } = given;
  const now = terminal.now();
  const since = given.since ?? Math.floor(now / DAY_MS) * (DAY_MS / 1000);
  checkUsable(logDir);
  const names = listAgents({ logDir, includeEmpty: given.flag("all") });
  const agents = names.map((name) => agentStatus(name, { logDir, since, until: given.until, now }));
  if (given.json) {
    const json = { ...jsonHead("status", terminal), log_dir: logDir, since, until: given.until ?? null, agents };
    terminal.write(`${JSON.stringify(json)}\n`);
  } else if (agents.length > 0) {
    const window = given.sinceText === undefined ? "TODAY" : `SINCE ${given.sinceText.slice(0, 30)}`;
    terminal.write(statusText(agents, given.style, { logDir, now, window }));
  } else if (!given.quiet) {
    terminal.writeError(
      `tessen status: There are no logs in ${logDir} (TESSEN_LOG_DIR or --log-dir name another folder).\n`,
    );
  }
  return agents.length === 0 ? EXIT.noData : EXIT.ok;
}

const DAY_MS = 86_400_000;
