import { observed } from "../diagnostics/channels.ts";
import { ObservedSession } from "../journal/observed-session.ts";
import { throwIfAborted } from "../errors/kinds.ts";
import { Context } from "./context.ts";
import { RunMeter } from "./meter.ts";
import { checkLimits } from "./limits.ts";
import { PlainRun } from "./plain-run.ts";
import type { OpenRunOptions, Run } from "./run.ts";
import { runPayload } from "./run-payload.ts";
import { hooksOf } from "./run-hooks.ts";
import { RunTimer } from "./run-timer.ts";
import { randomUuid } from "./uuid.ts";

/**
 * Opens a run of a team or of an agent on its own. Whoever opens it, ends it. A runner that is given a context is a part
 * of that run: it opens a `scope` instead.
 *
 * @throws ValueError when a limit is no number, 0 or more, or has a name that is none; for what is no middleware.
 * @throws TesseraeError a journal's error (`ERR_JOURNAL_LOCKED`, `ERR_JOURNAL_CORRUPT`, …) when it cannot be opened.
 */
export async function openRun(options: OpenRunOptions): Promise<Run> {
  if (options.limits !== undefined) checkLimits(options.limits);
  const hooks = hooksOf(options);
  if (options.journal !== undefined) return options.journal.open(options);
  throwIfAborted(options.signal);
  const runId = randomUuid();
  const meter = new RunMeter(options.limits);
  const timer = new RunTimer(options.limits?.maxDurationMs, options.signal);
  const { signal } = timer;
  // With limits, a policy or middleware, calls by code that has no context of the run are found by a session.
  if (hooks === undefined && options.limits === undefined && !observed()) {
    const context = new Context({
      runId,
      signal,
      session: undefined,
      meter,
      hooks,
      scope: undefined,
      leaf: undefined,
    });
    return new PlainRun(context, options, meter, timer, undefined);
  }
  const session = new ObservedSession({ runId, meter, hooks, payload: () => runPayload(runId, "plain", options) });
  return new PlainRun(session.rootContext(signal), options, meter, timer, session);
}
