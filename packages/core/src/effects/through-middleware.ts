import { raceSignal } from "../abort.ts";
import { isObject } from "../json.ts";
import type { Awaitable } from "../model-context/chat-completion-context.ts";
import type { RunContext } from "../run/run-context.ts";
import { faultOfRun } from "../tools/tool-errors.ts";
import { scope } from "./effect.ts";
import type { Middleware, Next } from "./middleware.ts";

/** What goes through middleware. */
export interface ThroughMiddleware<One, Call, Changes, Answer> {
  /** The hook of one middleware; `undefined` where it has none for this kind of call. */
  hook(one: One): ((call: Call, next: Next<Changes, Answer>) => Awaitable<Answer>) | undefined;
  readonly context: RunContext;
  readonly call: Call;
  /** The type of the answer, and what is called, for errors. */
  readonly type: string;
  readonly what: string;
  /** The position of the call, when siblings race. */
  readonly index?: number | undefined;
  /** Makes the call; `attempt` counts from 0. */
  perform(call: Call, context: RunContext, attempt: number): Promise<Answer>;
  /** Keeps an answer for which no call was made. */
  record?(answer: Answer): Promise<Answer>;
}

/** The middleware of a run, then that of an agent; `undefined` where there is none. */
export function middlewareOf(
  { hooks }: RunContext,
  own: readonly Middleware[] | undefined,
): readonly Middleware[] | undefined {
  const outer = hooks?.middleware;
  return outer === undefined || own === undefined ? (outer ?? own) : [...outer, ...own];
}

/**
 * Makes a call through a list of middleware, the first outermost. A call that is made again has a scope of its own: its
 * effects are others than those of the first.
 *
 * @throws TesseraeError `ERR_MIDDLEWARE` for what a middleware throws. What the call throws, an abort, and what ends a run
 * pass as they are.
 */
export async function throughMiddleware<One extends { readonly name?: string | undefined }, Call, Changes, Answer>(
  list: readonly One[],
  through: ThroughMiddleware<One, Call, Changes, Answer>,
): Promise<Answer> {
  const { context, index, type, what } = through;
  const known: unknown[] = [];
  let attempts = 0;
  const go = async (at: number, call: Call): Promise<Answer> => {
    const one = list[at];
    if (one === undefined) {
      const attempt = attempts++;
      const perform = (inner: RunContext): Promise<Answer> => through.perform(call, inner, attempt);
      try {
        return await (attempt === 0 ? perform(context) : scope(context, `retry${attempt}`, perform, { index }));
      } catch (error) {
        known.push(error);
        throw error;
      }
    }
    const hook = through.hook(one);
    if (hook === undefined) return go(at + 1, call);
    try {
      const answer = await hook.call(one, call, (changes) => {
        const going = go(at + 1, { ...call, ...changes });
        // A middleware need not wait for it.
        going.catch(() => undefined);
        return going;
      });
      if (isObject(answer) && answer["type"] === type) return answer;
      throw new Error(`It answered with no ${type}. Return what next() gives, or an answer of its own.`);
    } catch (error) {
      if (known.includes(error)) throw error;
      const name = one.name === undefined ? "A middleware" : `The middleware "${one.name}"`;
      throw faultOfRun("ERR_MIDDLEWARE", `${name} failed around ${what}`, error);
    }
  };
  const answer = await raceSignal(go(0, through.call), context.signal);
  return attempts === 0 && through.record !== undefined ? through.record(answer) : answer;
}
