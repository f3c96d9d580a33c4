import {
  AgentId,
  AgentType,
  TesseraeError,
  TopicId,
  isTesseraeError,
  type AgentFactory,
  type AgentRuntime,
  type PublishOptions,
  type RegisterFactoryOptions,
  type RunContext,
  type SendOptions,
  type Subscription,
} from "@tesserae/core";
import type { GroupChatEnvelope, GroupChatTermination } from "../group-chat/envelopes.ts";
import type { TeamParts } from "../group-chat/team-parts.ts";
import { EnvelopeRuntime } from "./envelope-runtime.ts";
import { RemoteParticipant } from "./remote-participant.ts";
import type { WireEnvelope } from "./wire-envelope.ts";

/** Longer than any run: what is sent has an answer when the run is over, or its receiver is gone. */
const UNTIL_ANSWERED = { timeoutMs: Infinity };

/** A run that is under way. */
interface Leading {
  readonly over: AbortController;
  /** The actors in other processes that speak. */
  readonly speaking: Set<AgentId>;
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
    const leading: Leading = { over: new AbortController(), speaking: new Set(), end: undefined };
    this.runs.begin(run);
    this.#leading.set(run, leading);
    try {
      await super.sendMessage(message, recipient, { ...options, ...UNTIL_ANSWERED });
      return leading.end as Reply;
    } finally {
      this.runs.end(run);
      this.#leading.delete(run);
      leading.over.abort();
      for (const actor of leading.speaking) this.#notify("tesserae.StopTurn", actor).catch(() => undefined);
    }
  }

  override handle(...[envelope, wire, context, actor]: Parameters<EnvelopeRuntime["handle"]>): unknown {
    const handled = super.handle(envelope, wire, context, actor);
    if (envelope.type !== "GroupChatStart" || !context.isRpc) return handled;
    const leading = this.#leading.get(this.runs.contextOf(wire.json["run"]));
    return Promise.resolve(handled).then((end) => {
      if (!isTermination(end)) return undefined;
      if (leading !== undefined) leading.end = end;
      return this.write(end, undefined);
    });
  }

  override async publishMessage(message: unknown, topicId: TopicId, options: PublishOptions = {}): Promise<void> {
    const { run } = options;
    const isRequest = (message as GroupChatEnvelope).type === "GroupChatRequestPublish";
    if (!isRequest || run === undefined || !this.#elsewhere.has(topicId.type)) {
      return super.publishMessage(message, topicId, options);
    }
    refuseReplay(this.nameOf(topicId.type), run);
    await super.publishMessage(message, topicId, options);
    void this.#watch(new AgentId(topicId.type, topicId.source), run);
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

  /** A participant whose worker is gone says nothing any more: it is said in its name. */
  async #watch(actor: AgentId, run: RunContext): Promise<void> {
    const leading = this.#leading.get(run);
    if (leading === undefined) return;
    leading.speaking.add(actor);
    try {
      await this.#notify("tesserae.TurnOver", actor, leading.over.signal);
      leading.speaking.delete(actor);
    } catch (error) {
      // A worker in Python does not know the question, and answers so: it lives.
      if (!isTesseraeError(error, "ERR_UNDELIVERABLE")) return;
      leading.speaking.delete(actor);
      const envelope = this.write({ type: "GroupChatError", name: this.nameOf(actor.type), error }, run);
      await this.inner.publishMessage(envelope, this.#group, { sender: actor }).catch(() => undefined);
    }
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
