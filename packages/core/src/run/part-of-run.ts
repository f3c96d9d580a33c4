import type { LeafIo, LeafSpec, ModelAsk } from "../effects/effect-spec.ts";
import { throwIfAborted } from "../errors/kinds.ts";
import { isTesseraeError } from "../errors/tesserae-error.ts";
import { ObservedSession, type SessionInit } from "../journal/observed-session.ts";
import type { ScopeOptions } from "../journal/run-session.ts";
import type { ChatCompletionClient } from "../models/chat-completion-client.ts";
import type { RequestUsage } from "../models/messages.ts";
import { checkLimits, type RunLimits } from "./limits.ts";
import { RunMeter, type Reservation } from "./meter.ts";
import { PlainRun } from "./plain-run.ts";
import type { RunContext } from "./run-context.ts";
import { hooksOf } from "./run-hooks.ts";
import { runPayload } from "./run-payload.ts";
import { RunTimer } from "./run-timer.ts";
import type { OpenRunOptions, Run } from "./run.ts";
import { randomUuid } from "./uuid.ts";

/** A call, or a turn of an agent, that a part of a run asks for, with the most that it can use. */
export interface CallOfPart {
  readonly kind: "model" | "tool" | "turn";
  /** The model's name, else empty. */
  readonly model: string;
  /** Pico-dollars (1e-12 USD); `undefined` when the price is not known. */
  readonly cost: number | undefined;
  readonly tokens: number;
}

/**
 * Asks the whole run for a call; what it can use is reckoned when it is asked for. Gives what tells the whole that the
 * call is over. @throws LimitError
 */
export type EnterCall = (call: () => CallOfPart, signal: AbortSignal | undefined) => Promise<() => void>;

/** The run of which another one is a part. */
export interface WholeRun {
  /** What it may use as a whole; of its turns, what the part may take at most: the first one is counted there. */
  readonly limits: RunLimits | undefined;
  readonly enter: EnterCall;
}

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
 * Opens a run that is a part of one in another process: each of its calls is asked for there before it is made. The limits
 * in the options are those of the part, about which nobody is asked.
 *
 * @throws ValueError when a limit is no number, 0 or more, or has a name that is none; for what is no middleware.
 */
export async function openPartOfRun(options: OpenRunOptions, whole: WholeRun): Promise<PartOfRun> {
  if (options.limits !== undefined) checkLimits(options.limits);
  const { maxTurns = Infinity, ...others } = options.limits ?? {};
  const limits = { ...others, maxTurns: Math.min(maxTurns, whole.limits?.maxTurns ?? Infinity) };
  const hooks = hooksOf(options);
  throwIfAborted(options.signal);
  const runId = randomUuid();
  const meter = new RunMeter(limits, whole.limits);
  const timer = new RunTimer(limits.maxDurationMs, options.signal);
  const payload = (): ReturnType<typeof runPayload> => runPayload(runId, "plain", options);
  const session = new PartSession({ runId, meter, hooks, payload }, whole, limits);
  const run = new PlainRun(session.rootContext(timer.signal), options, meter, timer, session);
  return { run, used: () => session.used(meter) };
}

/** The limits that a call in this run may be refused by: its own, and those of the run of which it is a part. */
export function limitsOn({ meter, session }: RunContext): RunLimits {
  return { ...(session instanceof PartSession ? session.whole.limits : undefined), ...meter?.limits };
}

/** Sets aside what a part of the run asks for; a run that is a part itself asks on. @throws LimitError */
export async function enterCall({ meter, session, signal }: RunContext, call: CallOfPart): Promise<EnteredCall> {
  if (meter === undefined) return { reservation: NOTHING, over: () => undefined };
  const reserve = (): Reservation => {
    if (call.kind === "model") return meter.reserveModelCall(modelOf(call), [], {});
    if (call.kind === "tool") return meter.reserveToolCall();
    meter.countTurn();
    return NOTHING;
  };
  return session instanceof PartSession
    ? session.admit({ meter, kind: call.kind, reserve, call: () => call, signal })
    : { reservation: reserve(), over: () => undefined };
}

/**
 * An agent of another process begins a turn, which was counted: the whole run is asked, where this one is a part. For
 * agents of this process that is done when their scope is opened. @throws LimitError
 */
export function enterTurn({ meter, session, signal }: RunContext): Promise<void> | undefined {
  return meter !== undefined && session instanceof PartSession ? session.enterTurn(meter, signal) : undefined;
}

/** A call on its way to be admitted, by the part itself and by the whole. */
interface Entering {
  readonly meter: RunMeter;
  readonly kind: CallOfPart["kind"];
  readonly reserve: () => Reservation;
  readonly call: () => CallOfPart;
  readonly signal: AbortSignal | undefined;
}

class PartSession extends ObservedSession {
  readonly whole: WholeRun;
  /** Calls that are asked for, and that no meter of the whole has. */
  readonly #asked = { model: 0, tool: 0, turn: 0 };
  /** Those of the meter. */
  readonly #limits: { maxTurns: number };
  /** Turns that the whole run knows of. */
  #turns = 0;

  constructor(init: SessionInit, whole: WholeRun, limits: { maxTurns: number }) {
    super(init);
    this.whole = whole;
    this.#limits = limits;
  }

  used({ usage, cost, modelCalls, toolCalls, turns }: RunMeter): UsedByPart {
    const { model, tool, turn } = this.#asked;
    return { usage, cost, modelCalls: modelCalls - model, toolCalls: toolCalls - tool, turns: turns - turn };
  }

  override async leaf<T>(context: RunContext, spec: LeafSpec<T>, perform: (io: LeafIo) => Promise<T>): Promise<T> {
    const { account, model } = spec;
    const { meter } = context;
    if (account === undefined || meter === undefined) return super.leaf(context, spec, perform);
    const { reservation, over } = await this.admit({
      meter,
      kind: model === undefined ? "tool" : "model",
      reserve: () => account.reserve(false),
      call: () => (model === undefined ? callOf("tool") : modelCall(model, this.whole.limits)),
      signal: context.signal,
    });
    try {
      return await super.leaf(context, { ...spec, account: { ...account, reserve: () => reservation } }, perform);
    } finally {
      over();
    }
  }

  /** The scope of an agent whose turn was counted is one that the whole run does not know of yet. */
  override scope<T>(
    context: RunContext,
    name: string,
    body: (context: RunContext) => Promise<T>,
    options: ScopeOptions = {},
  ): Promise<T> {
    const { meter, signal } = context;
    const isTurn = options.agent !== undefined && meter !== undefined && meter.turns > this.#turns;
    const entering = isTurn ? this.enterTurn(meter, signal) : undefined;
    return entering === undefined
      ? super.scope(context, name, body, options)
      : entering.then(() => super.scope(context, name, body, options));
  }

  /** The first turn is counted where it is asked for. */
  enterTurn(meter: RunMeter, signal: AbortSignal | undefined): Promise<void> | undefined {
    if (this.#turns > 0 && this.whole.limits?.maxTurns !== undefined) return this.#askForTurn(meter, signal);
    this.#turns += 1;
    return undefined;
  }

  /** What the part may not use itself, the whole is not asked for; what the whole refuses, the part has not used. */
  async admit({ meter, kind, reserve, call, signal }: Entering): Promise<EnteredCall> {
    const reservation = reserve();
    this.#asked[kind] += 1;
    if (kind === "turn") this.#turns += 1;
    try {
      return { reservation, over: await this.whole.enter(call, signal) };
    } catch (error) {
      meter.settle(reservation);
      const less = (what: CallOfPart["kind"]): number => (what === kind ? -1 : 0);
      const charge = { usage: { promptTokens: 0, completionTokens: 0 }, cost: 0 };
      meter.restore({ charge, modelCalls: less("model"), toolCalls: less("tool"), turns: less("turn") });
      this.#turns += less("turn");
      throw error;
    } finally {
      this.#asked[kind] -= 1;
    }
  }

  /** Where the whole has no turn left, the part has none either: its teams end, instead of asking again. */
  async #askForTurn(meter: RunMeter, signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.admit({ meter, kind: "turn", reserve: () => NOTHING, call: () => callOf("turn"), signal });
    } catch (error) {
      if (isTesseraeError(error, "ERR_LIMIT_TURNS")) this.#limits.maxTurns = meter.turns;
      throw error;
    }
  }
}

const NOTHING: Reservation = { cost: 0, tokens: 0 };

function callOf(kind: "tool" | "turn"): CallOfPart {
  return { kind, model: "", ...NOTHING };
}

/** What a client can say is asked only where the whole has a limit of it. */
function modelCall({ client, messages, options }: ModelAsk, limits: RunLimits | undefined): CallOfPart {
  const cost = limits?.maxCost === undefined ? 0 : client.maxCost(messages, options);
  // A meter knows where the call names the limit of its completion.
  const meter = new RunMeter(limits?.maxTokens === undefined ? undefined : { maxTokens: Infinity });
  return { kind: "model", model: client.model, cost, tokens: meter.reserveModelCall(client, messages, options).tokens };
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
