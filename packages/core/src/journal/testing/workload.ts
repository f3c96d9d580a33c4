import type { Repeat } from "../../code-executor/code-executor.ts";
import { effectStream } from "../../effects/effect-stream.ts";
import { effect, scope } from "../../effects/effect.ts";
import { requestInput } from "../../effects/request-input.ts";
import { isAbortError } from "../../errors/kinds.ts";
import { isTesseraeError } from "../../errors/tesserae-error.ts";
import type { Json } from "../../json.ts";
import { openRun } from "../../run/open-run.ts";
import type { RunContext } from "../../run/run-context.ts";
import type { OpenRunOptions, Run, RunOutcome } from "../../run/run.ts";
import type { World } from "./world.ts";

/** A step of a scripted run. */
export type Step =
  | { readonly type: "leaf"; readonly name: string; readonly repeat: Repeat; readonly fails?: boolean }
  | { readonly type: "stream"; readonly name: string; readonly items: number }
  | { readonly type: "scope"; readonly name: string; readonly steps: readonly Step[] }
  | { readonly type: "parallel"; readonly name: string; readonly branches: readonly (readonly Step[])[] }
  | { readonly type: "calls"; readonly name: string; readonly count: number }
  | { readonly type: "join"; readonly branches: readonly (readonly Step[])[] }
  | { readonly type: "input" }
  | { readonly type: "values" }
  | { readonly type: "sleep" }
  | { readonly type: "outside"; readonly name: string }
  | { readonly type: "turn" };

/** A run that was scripted. */
export interface Scripted {
  readonly run: Run;
  readonly messages: readonly Json[];
  readonly outcome: RunOutcome;
  /** What {@link Run.end} threw. */
  readonly error: unknown;
}

/** Options of {@link runScript}. */
export interface ScriptOptions extends Partial<OpenRunOptions> {
  readonly world: World;
  /** Puts the questions of `input` steps; nobody is there without it. */
  readonly ask?: ((requestId: string) => Promise<string>) | undefined;
  /** Changes a request, as an edited prompt would. */
  readonly edit?: ((name: string) => string) | undefined;
  /** Called with the run once it is open. */
  readonly opened?: ((run: Run) => void) | undefined;
}

/** Runs a script: every step leaves a message in one list, so that any other order of events gives other messages. */
export async function runScript(steps: readonly Step[], options: ScriptOptions): Promise<Scripted> {
  const run = await openRun({ name: "script", task: "go", ...options });
  options.opened?.(run);
  const script = new Script(options, run);
  const outcome = await script.run(steps);
  try {
    await run.end(outcome);
    return { run, messages: script.messages, outcome, error: undefined };
  } catch (error) {
    return { run, messages: script.messages, outcome, error };
  }
}

class Script {
  readonly messages: Json[] = [];
  readonly #options: ScriptOptions;
  readonly #run: Run;
  #turns = 0;

  constructor(options: ScriptOptions, run: Run) {
    this.#options = options;
    this.#run = run;
  }

  async run(steps: readonly Step[]): Promise<RunOutcome> {
    const { messages } = this;
    try {
      await scope(this.#run.context, "team", (context) => this.#steps(context, steps));
      return { status: "finished", stopReason: "done", messages };
    } catch (error) {
      if (isTesseraeError(error, "ERR_INPUT_WAITING")) return { status: "waiting", error, messages };
      const aborted = isAbortError(error) || this.#run.context.signal?.aborted === true;
      return { status: aborted ? "aborted" : "failed", error, messages };
    }
  }

  async #steps(context: RunContext, steps: readonly Step[]): Promise<void> {
    for (const step of steps) {
      if (context.signal?.aborted === true) throw new DOMException("aborted", "AbortError");
      await this.#step(context, step);
    }
  }

  async #step(context: RunContext, step: Step): Promise<void> {
    const { world } = this.#options;
    switch (step.type) {
      case "leaf":
        return this.#leaf(context, step.name, step.repeat, step.fails === true);
      case "stream":
        return this.#stream(context, step.name, step.items);
      case "scope":
        return scope(context, step.name, (inner) => this.#steps(inner, step.steps));
      case "parallel":
        await all(
          step.branches.map((branch, index) =>
            scope(context, `${step.name}${index}`, (inner) => this.#steps(inner, branch)),
          ),
        );
        return undefined;
      case "calls":
        await all(
          Array.from({ length: step.count }, (_, index) =>
            this.#leaf(context, step.name, "never", false, this.#ordinal(index)),
          ),
        );
        this.#turns += step.count;
        return undefined;
      case "join":
        return this.#join(context, step.branches);
      case "input":
        return this.#input(context);
      case "values":
        this.#say(context, "values", context.random());
        return undefined;
      case "sleep":
        await context.sleep(0);
        this.#say(context, "slept", null);
        return undefined;
      case "outside":
        // Time that the seam does not know of.
        return world.pass(step.name);
      case "turn":
        this.#marks += 1;
        this.#run.mark(this.#marks);
        return undefined;
    }
  }

  #marks = 0;

  #ordinal(index: number): number {
    return 1000 + this.#turns + index;
  }

  async #leaf(context: RunContext, name: string, repeat: Repeat, fails: boolean, index?: number): Promise<void> {
    const { world, edit } = this.#options;
    const prompt = edit?.(name) ?? name;
    try {
      const value = await effect(
        context,
        { kind: "tool", name, repeat, index, request: () => ({ prompt }) },
        async ({ idempotencyKey, signal }) => {
          await world.touch(idempotencyKey, name, signal);
          if (fails) throw new RangeError(`${name} is out of range`);
          return { said: `${name} of ${context.path}` };
        },
      );
      this.#say(context, value.said, index ?? null);
    } catch (error) {
      if (!isOrdinary(error)) throw error;
      this.#say(context, `${error.name}: ${error.message.replaceAll(/ at [-\d:.TZ]+/g, "")}`, index ?? null);
    }
  }

  async #stream(context: RunContext, name: string, count: number): Promise<void> {
    const { world } = this.#options;
    const stream = effectStream(
      context,
      { kind: "stream", name, repeat: "safe", request: () => ({ name, count }) },
      async function* ({ idempotencyKey, signal }) {
        await world.touch(idempotencyKey, name, signal);
        for (let item = 0; item < count; item += 1) {
          yield `${name} ${item}`;
          await world.pass(name, signal);
        }
        return { whole: count };
      },
    );
    let items = "";
    for await (const item of stream) items += `${item};`;
    this.#say(context, items, (await stream.result).whole);
  }

  async #join(context: RunContext, branches: readonly (readonly Step[])[]): Promise<void> {
    const strands = branches.map((branch, index) => this.#strand(context, index, branch));
    for await (const { index, value } of context.join(strands)) this.#say(context, `joined ${index}`, value);
  }

  async *#strand(context: RunContext, index: number, steps: readonly Step[]): AsyncGenerator<number> {
    for (const [place, step] of steps.entries()) {
      await scope(context, `strand${index}`, (inner) => this.#step(inner, step));
      yield place;
    }
  }

  async #input(context: RunContext): Promise<void> {
    const { ask } = this.#options;
    const requestId = context.id();
    const question = { requestId, prompt: "Which colour?", choices: ["red", "blue"], agent: "user" };
    const answer = await requestInput(context, question, ask === undefined ? undefined : () => ask(requestId));
    this.#say(context, `answer ${answer}`, requestId);
  }

  #say(context: RunContext, text: string, detail: Json): void {
    this.messages.push({ id: context.id(), at: context.now(), text, detail });
  }
}

/** Like `Promise.all`, but everything has ended before the first error is thrown: no strand goes on unseen. */
async function all(promises: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(promises);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

/** An error of an effect, which an agent would work with; not an abort and not one of the journal. */
function isOrdinary(error: unknown): error is Error {
  if (!isTesseraeError(error)) return false;
  return (
    error.code === "ERR_EFFECT_FAILED" || error.code === "ERR_EFFECT_IN_DOUBT" || error.code.startsWith("ERR_LIMIT_")
  );
}
