import type { LeafIo, LeafSpec } from "../effects/effect-spec.ts";
import { throwIfAborted } from "../errors/kinds.ts";
import { ObservedSession, type SessionInit } from "../journal/observed-session.ts";
import type { ChatCompletionClient } from "../models/chat-completion-client.ts";
import type { RequestUsage } from "../models/messages.ts";
import { checkLimits } from "./limits.ts";
import { RunMeter, type Reservation } from "./meter.ts";
import { PlainRun } from "./plain-run.ts";
import type { RunContext } from "./run-context.ts";
import { hooksOf } from "./run-hooks.ts";
import { runPayload } from "./run-payload.ts";
import { RunTimer } from "./run-timer.ts";
import type { OpenRunOptions, Run } from "./run.ts";
import { randomUuid } from "./uuid.ts";

/** A call that a part of a run asks for, with the most that it can use, where the run has a limit of that. */
export interface CallOfPart {
  readonly kind: "model" | "tool";
  /** The model's name; empty for a tool. */
  readonly model: string;
  /** Pico-dollars (1e-12 USD). */
  readonly cost: number;
  readonly tokens: number;
}

/** Asks the whole run for a call. Gives what tells it that the call is over. @throws LimitError */
export type EnterCall = (call: CallOfPart, signal: AbortSignal | undefined) => Promise<() => void>;

/** What a part of a run has used so far. */
export interface UsedByPart {
  readonly usage: RequestUsage;
  /** Pico-dollars; `undefined` when a price is not known. */
  readonly cost: number | undefined;
  readonly modelCalls: number;
  readonly toolCalls: number;
  readonly turns: number;
}

/** A call that was admitted: what was set aside for it, and what tells the whole run that it is over. */
export interface EnteredCall {
  readonly reservation: Reservation;
  readonly over: () => void;
}

/** A part of a run whose whole is led in another process. */
export interface PartOfRun {
  readonly run: Run;
  used(): UsedByPart;
}

/**
 * Opens a run that is a part of one in another process: each of its calls is asked for there before it is made.
 *
 * @param options with `limits` of the part, about which nobody is asked; those of the whole belong to them, since what a
 * call can use is reckoned only where it is limited.
 * @throws ValueError when a limit is no number, 0 or more, or has a name that is none; for what is no middleware.
 */
export async function openPartOfRun(options: OpenRunOptions, enter: EnterCall): Promise<PartOfRun> {
  const { limits } = options;
  if (limits !== undefined) checkLimits(limits);
  const hooks = hooksOf(options);
  throwIfAborted(options.signal);
  const runId = randomUuid();
  const meter = new RunMeter(limits);
  const timer = new RunTimer(limits?.maxDurationMs, options.signal);
  const session = new PartSession({ runId, meter, hooks, payload: () => runPayload(runId, "plain", options) }, enter);
  const run = new PlainRun(session.rootContext(timer.signal), options, meter, timer, session);
  return { run, used: () => session.used(meter) };
}

/** Sets aside what a part of the run asks for; a run that is a part itself asks on. @throws LimitError */
export async function enterCall({ meter, session, signal }: RunContext, call: CallOfPart): Promise<EnteredCall> {
  if (meter === undefined) return { reservation: { cost: 0, tokens: 0 }, over: () => undefined };
  const reserve = (): Reservation =>
    call.kind === "tool" ? meter.reserveToolCall() : meter.reserveModelCall(modelOf(call), [], {});
  return session instanceof PartSession
    ? session.admit(meter, call.kind, reserve, () => call, signal)
    : { reservation: reserve(), over: () => undefined };
}

class PartSession extends ObservedSession {
  readonly #enter: EnterCall;
  /** Calls that are asked for, and that no meter of the whole has. */
  readonly #asked = { model: 0, tool: 0 };

  constructor(init: SessionInit, enter: EnterCall) {
    super(init);
    this.#enter = enter;
  }

  used({ usage, cost, modelCalls, toolCalls, turns }: RunMeter): UsedByPart {
    const { model, tool } = this.#asked;
    return { usage, cost, modelCalls: modelCalls - model, toolCalls: toolCalls - tool, turns };
  }

  override async leaf<T>(context: RunContext, spec: LeafSpec<T>, perform: (io: LeafIo) => Promise<T>): Promise<T> {
    const { account, model } = spec;
    const { meter } = context;
    if (account === undefined || meter === undefined) return super.leaf(context, spec, perform);
    const kind = model === undefined ? "tool" : "model";
    const { reservation, over } = await this.admit(
      meter,
      kind,
      () => account.reserve(false),
      ({ cost, tokens }) => ({ kind, model: model?.client.model ?? "", cost, tokens }),
      context.signal,
    );
    try {
      return await super.leaf(context, { ...spec, account: { ...account, reserve: () => reservation } }, perform);
    } finally {
      over();
    }
  }

  /** What the part may not use itself, the whole is not asked for; what the whole refuses, the part has not used. */
  async admit(
    meter: RunMeter,
    kind: CallOfPart["kind"],
    reserve: () => Reservation,
    call: (reservation: Reservation) => CallOfPart,
    signal: AbortSignal | undefined,
  ): Promise<EnteredCall> {
    const reservation = reserve();
    this.#asked[kind] += 1;
    try {
      return { reservation, over: await this.#enter(call(reservation), signal) };
    } catch (error) {
      const { cost, tokens } = reservation;
      const [modelCalls, toolCalls] = kind === "model" ? [-1, 0] : [0, -1];
      meter.setAside({ cost: -cost, tokens: -tokens, modelCalls, toolCalls });
      throw error;
    } finally {
      this.#asked[kind] -= 1;
    }
  }
}

/** A model of another process: what its call can cost was reckoned there, and nothing else of it is asked. */
function modelOf({ model, cost, tokens }: CallOfPart): ChatCompletionClient {
  const asked: Pick<ChatCompletionClient, "model" | "maxCost" | "countTokens"> = {
    model,
    maxCost: () => cost,
    countTokens: () => tokens,
  };
  return asked as ChatCompletionClient;
}
