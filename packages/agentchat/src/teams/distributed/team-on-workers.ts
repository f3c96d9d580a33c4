import {
  AgentId,
  AgentType,
  RuntimeError,
  TesseraeError,
  TopicId,
  enterTurn,
  isObject,
  isTesseraeError,
  type AgentFactory,
  type AgentRuntime,
  type Json,
  type MessageContext,
  type PublishOptions,
  type RegisterFactoryOptions,
  type RunContext,
  type SendOptions,
  type Subscription,
} from "@tesserae/core";
import { saidIn, type GroupChatEnvelope, type GroupChatTermination } from "../group-chat/envelopes.ts";
import type { TeamParts } from "../group-chat/team-parts.ts";
import { EnvelopeRuntime } from "./envelope-runtime.ts";
import { RemoteParticipant } from "./remote-participant.ts";
import { RemoteTurn } from "./remote-turn.ts";
import { isAnswer, type WireEnvelope } from "./wire-envelope.ts";

/** Longer than any run: what is sent has an answer when the run is over, or its receiver is gone. */
const UNTIL_ANSWERED = { timeoutMs: Infinity };

/** How often one is asked whether it lives that does not say when its turn is over, as those in Python. */
const LOOK_AFTER_MS = 2000;

/** A run that is under way. */
interface Leading {
  readonly over: AbortController;
  /** The last turns of the actors in other processes, by the types of these. */
  readonly turns: Map<string, RemoteTurn>;
  count: number;
  end: GroupChatTermination | undefined;
}

/** The runtime of a team some of whose participants may live in other processes. */
export class TeamOnWorkers extends EnvelopeRuntime {
  /** The types of the actors that are registered by other processes. */
  readonly #elsewhere: ReadonlySet<string>;
  readonly #group: TopicId;
  readonly #leading = new WeakMap<RunContext, Leading>();

  constructor(inner: AgentRuntime, { addresses, participants, messages }: TeamParts) {
    super(inner, addresses.teamId, messages);
    this.#group = new TopicId(addresses.groupTopic, addresses.teamId);
    const remote = participants.filter((each) => each instanceof RemoteParticipant);
    this.#elsewhere = new Set(remote.map(({ name }) => addresses.participant(name)));
    for (const participant of remote) {
      const actor = new AgentId(addresses.participant(participant.name), addresses.teamId);
      participant.reachedBy(async (type) => void (await inner.sendMessage({ type, json: {} }, actor)));
    }
  }

  /** The start of a run is answered at its end, by the manager, which is here: so its error stays what it was. */
  override async sendMessage<Reply = unknown>(
    message: unknown,
    recipient: AgentId,
    options: SendOptions = {},
  ): Promise<Reply> {
    const { run } = options;
    if ((message as GroupChatEnvelope).type !== "GroupChatStart" || run === undefined) {
      return super.sendMessage<Reply>(message, recipient, options);
    }
    const leading: Leading = { over: new AbortController(), turns: new Map(), count: 0, end: undefined };
    this.runs.begin(run);
    this.#leading.set(run, leading);
    try {
      await super.sendMessage(message, recipient, { ...options, ...UNTIL_ANSWERED });
      return leading.end as Reply;
    } finally {
      this.runs.end(run);
      this.#leading.delete(run);
      leading.over.abort();
      for (const turn of leading.turns.values()) this.#leave(turn);
    }
  }

  override handle(...[envelope, wire, context, actor]: Parameters<EnvelopeRuntime["handle"]>): unknown {
    const leading = this.#leading.get(this.runs.contextOf(wire.json["run"]));
    const heard = leading === undefined ? envelope : this.#endTurn(leading, envelope, wire, context);
    const handled = super.handle(heard, wire, context, actor);
    if (envelope.type !== "GroupChatStart" || !context.isRpc) return handled;
    return Promise.resolve(handled).then((end) => {
      if (!isTermination(end)) return undefined;
      if (leading !== undefined) leading.end = end;
      return this.write(end, undefined);
    });
  }

  /** What a participant says that cannot be read is its failure: nobody would wait for it in vain. */
  override read(...[wire, context]: Parameters<EnvelopeRuntime["read"]>): GroupChatEnvelope {
    try {
      return super.read(wire, context);
    } catch (error) {
      const from = context.sender?.type ?? "";
      if (!this.#elsewhere.has(from)) throw error;
      return { type: "GroupChatError", name: this.nameOf(from), error };
    }
  }

  override notice({ type, json }: Parameters<EnvelopeRuntime["notice"]>[0], { sender }: MessageContext): unknown {
    const turn = this.#leading.get(this.runs.contextOf(json["run"]))?.turns.get(sender?.type ?? "");
    const isOpen = turn?.isNamedIn(json) === true && !turn.ended.aborted;
    if (type === "tesserae.AdmitCall") {
      if (!isOpen) throw new RuntimeError("The turn is over: it makes no more calls.");
      return turn.admit(json);
    }
    if (type === "tesserae.CallOver" && isOpen) turn.count(json);
    return undefined;
  }

  override async publishMessage(message: unknown, topicId: TopicId, options: PublishOptions = {}): Promise<void> {
    const { run, sender, messageId } = options;
    const envelope = message as GroupChatEnvelope;
    if (envelope.type !== "GroupChatRequestPublish" || run === undefined || !this.#elsewhere.has(topicId.type)) {
      return super.publishMessage(message, topicId, options);
    }
    refuseReplay(this.nameOf(topicId.type), run);
    const leading = this.#leading.get(run);
    // The run is over: nobody would hear the answer.
    if (leading === undefined) return;
    leading.count += 1;
    const actor = new AgentId(topicId.type, topicId.source);
    let turn: RemoteTurn | undefined;
    try {
      turn = new RemoteTurn(actor, String(leading.count), run);
      leading.turns.set(topicId.type, turn);
      const entering = enterTurn(run);
      if (entering !== undefined) await entering;
    } catch (error) {
      // Others took the last turns of the run since it was chosen to speak.
      return this.#failInItsName(actor, { run, account: turn?.request["id"] }, error);
    }
    if (turn.ended.aborted) return;
    const { type, json } = this.write(envelope, run);
    const request: WireEnvelope = { type, json: { ...json, account: turn.request } };
    await this.inner.publishMessage(request, topicId, { sender, messageId });
    void this.#watch(turn, run, leading);
  }

  override registerFactory(
    type: string | AgentType,
    factory: AgentFactory,
    options?: RegisterFactoryOptions,
  ): Promise<AgentType> {
    return this.#isElsewhere(type)
      ? Promise.resolve(new AgentType(textOf(type)))
      : super.registerFactory(type, factory, options);
  }

  override addSubscription(subscription: Subscription): Promise<void> {
    return this.#isElsewhere(subscription.agentType) ? Promise.resolve() : super.addSubscription(subscription);
  }

  override unregister(...[type, options]: Parameters<EnvelopeRuntime["unregister"]>): Promise<void> {
    return this.#isElsewhere(type) ? Promise.resolve() : super.unregister(type, options);
  }

  #isElsewhere(type: string | AgentType | undefined): boolean {
    return type !== undefined && this.#elsewhere.has(textOf(type));
  }

  #notify(type: WireEnvelope["type"], actor: AgentId, signal?: AbortSignal): Promise<unknown> {
    return this.inner.sendMessage({ type, json: {} }, actor, { ...UNTIL_ANSWERED, signal });
  }

  /** What was used in a turn is counted before anybody hears its end. Gives what is heard. */
  #endTurn(
    leading: Leading,
    envelope: GroupChatEnvelope,
    { type, json }: WireEnvelope,
    { sender }: MessageContext,
  ): GroupChatEnvelope {
    const turn = leading.turns.get(sender?.type ?? "");
    if (!isAnswer({ type }) || turn === undefined || turn.ended.aborted || !turn.isNamedIn(json)) return envelope;
    try {
      turn.count(json);
      if (isAnswer(envelope) && envelope.type !== "GroupChatError") turn.hear(saidIn(envelope));
      return envelope;
    } catch (error) {
      return { type: "GroupChatError", name: this.nameOf(turn.actor.type), error };
    } finally {
      turn.end();
    }
  }

  /** Nobody waits for a turn any more. */
  #leave(turn: RemoteTurn): void {
    if (turn.ended.aborted) return;
    turn.end();
    this.#notify("tesserae.StopTurn", turn.actor).catch(() => undefined);
  }

  /** A participant whose worker is gone says nothing any more: it is said in its name. */
  async #watch(turn: RemoteTurn, run: RunContext, leading: Leading): Promise<void> {
    const failed = (error: unknown): Promise<void> =>
      this.#failInItsName(turn.actor, { run, account: turn.request["id"] }, error);
    while (!turn.ended.aborted) {
      try {
        const over = await this.#notify("tesserae.TurnOver", turn.actor, leading.over.signal);
        if (!isObject(over) || typeof over["unsaid"] !== "string") return;
        return await failed(new RuntimeError(`Its answer could not be sent: ${over["unsaid"]}`));
      } catch (error) {
        if (turn.ended.aborted) return;
        if (isTesseraeError(error, "ERR_UNDELIVERABLE")) return failed(error);
        // A worker in Python does not know the question, and answers so: it lives.
        await pause(LOOK_AFTER_MS, turn.ended);
      }
    }
  }

  async #failInItsName(
    actor: AgentId,
    { run, account }: { readonly run: RunContext; readonly account: Json | undefined },
    error: unknown,
  ): Promise<void> {
    const { type, json } = this.write({ type: "GroupChatError", name: this.nameOf(actor.type), error }, run);
    const envelope: WireEnvelope = { type, json: account === undefined ? json : { ...json, account } };
    await this.inner.publishMessage(envelope, this.#group, { sender: actor }).catch(() => undefined);
  }
}

/** What participants in other processes did is in no journal of ours. */
function refuseReplay(name: string, { session }: RunContext): void {
  if (session === undefined || session.mode === "plain" || session.mode === "record") return;
  throw new TesseraeError(
    "ERR_JOURNAL_REMOTE",
    `The participant '${name}' lives in another process, whose effects are not in this journal: the run can be recorded, and neither replayed nor resumed.`,
  );
}

function isTermination(value: unknown): value is GroupChatTermination {
  return typeof value === "object" && value !== null && "type" in value && value.type === "GroupChatTermination";
}

function textOf(type: string | AgentType): string {
  return typeof type === "string" ? type : type.type;
}

/** Waits, at most until the signal aborts. It keeps no process alive. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    timer.unref?.();
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
