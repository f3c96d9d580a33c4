import type { ShowingCall } from "../journal/run-session.ts";
import type { JoinOptions } from "../run/join.ts";
import type { RunContext } from "../run/run-context.ts";

/**
 * Runs calls at once, each of which shows items. A journal keeps who came first, so that a replay shows them in the same
 * order; without one each call hands on its items by itself.
 */
export function callAtOnce<Item, Result>(
  context: RunContext,
  calls: readonly ShowingCall<Item, Result>[],
  onItem: (item: Item) => void | Promise<void>,
  options?: JoinOptions<Item>,
): Promise<readonly PromiseSettledResult<Result>[]> {
  return (
    context.session?.callAtOnce?.(context, calls, onItem, options) ??
    Promise.allSettled(calls.map((call) => call(onItem)))
  );
}
