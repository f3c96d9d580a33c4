import {
  RuntimeError,
  TopicId,
  errorToText,
  openPartOfRun,
  plainContext,
  type Agent,
  type AgentRuntime,
  type JsonObject,
  type MessageContext,
  type PartOfRun,
  type PublishOptions,
  type RunContext,
} from "@tesserae/core";
import type { RunOptions } from "../../base/run-options.ts";
import type { StreamItem } from "../../messages/types.ts";
import { REQUEST_PUBLISH, type GroupChatEnvelope } from "../group-chat/envelopes.ts";
import { isTeam } from "../group-chat/names.ts";
import type { TeamParts } from "../group-chat/team-parts.ts";
import type { ActiveRun } from "../group-chat/team-run.ts";
import { EnvelopeRuntime } from "./envelope-runtime.ts";
import { TurnAccount, type TellLeader } from "./turn-account.ts";
import { isAnswer, type Notice, type WireEnvelope } from "./wire-envelope.ts";

/** What the turns of a participant may do. */
export type TurnRules = Pick<RunOptions, "limits" | "toolPolicy" | "approve" | "middleware">;

/** The runtime of one participant whose team is led in another process. */
export class ParticipantOnWorker extends EnvelopeRuntime {
  readonly #parts: TeamParts;
  readonly #active: ActiveRun;
  readonly #rules: TurnRules;
  #turn: Promise<void> = Promise.resolve();
  #stop = new AbortController();
  /** What is told of the turn where its run is led. */
  #account: TurnAccount | undefined;
  /** The answer on its way. */
  #said: Promise<void> = Promise.resolve();
  /** What the turn failed with. */
  #failures: unknown[] = [];

  constructor(inner: AgentRuntime, parts: TeamParts, active: ActiveRun, rules: TurnRules) {
    super(inner, parts.addresses.teamId, parts.messages);
    this.#parts = parts;
    this.#active = active;
    this.#rules = rules;
  }

  override handle(envelope: GroupChatEnvelope, wire: WireEnvelope, context: MessageContext, actor: Agent): unknown {
    if (envelope.type !== "GroupChatRequestPublish") return super.handle(envelope, wire, context, actor);
    // Who is asked again is no longer waited for, even where nobody could say so: the old turn ends before the new one.
    this.#stop.abort();
    const { signal } = (this.#stop = new AbortController());
    this.#turn = this.#turn.catch(() => undefined).then(() => this.#takeTurn(wire, context, actor, signal));
    return this.#turn;
  }

  override notice({ type }: WireEnvelope & { readonly type: Notice }): unknown {
    switch (type) {
      case "tesserae.TurnOver":
        return this.#turn.then(() => this.#said).then(() => null, unsaid);
      case "tesserae.StopTurn":
        return this.#stop.abort();
      case "GroupChatPause":
        return this.#tellParticipants("pause");
      case "GroupChatResume":
        return this.#tellParticipants("resume");
      default:
        return undefined;
    }
  }

  override publishMessage(message: unknown, topicId: TopicId, options: PublishOptions = {}): Promise<void> {
    const envelope = message as GroupChatEnvelope;
    const sent = super.publishMessage(envelope, topicId, options);
    if (envelope.type === "GroupChatError") this.#failures.push(envelope.error);
    if (!isAnswer(envelope)) return sent;
    const { name } = envelope;
    // An answer that cannot be written or is too large to be sent is an error that can: somebody waits for it.
    this.#said = sent.catch((error: unknown) =>
      envelope.type === "GroupChatError"
        ? Promise.reject(error)
        : this.publishMessage({ type: "GroupChatError", name, error }, topicId, options),
    );
    return this.#said;
  }

  protected override write(envelope: GroupChatEnvelope, run: RunContext | undefined): WireEnvelope {
    const { type, json } = super.write(envelope, run);
    return { type, json: isAnswer(envelope) ? { ...json, ...this.#account?.told() } : json };
  }

  /** A turn is a run of its own in this process; what it shows and says, and what it uses, goes to its team. */
  async #takeTurn(wire: WireEnvelope, context: MessageContext, actor: Agent, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#failures = [];
    this.#account = undefined;
    this.#said = Promise.resolve();
    let part: PartOfRun;
    try {
      const account = new TurnAccount(wire.json, this.#tellLeader(context, actor));
      this.#account = account;
      part = await this.#open(account, signal);
      account.used = part.used;
    } catch (error) {
      return this.#failBefore(error, wire, actor);
    }
    const { run } = part;
    this.runs.begin(run.context, runIdOf(wire));
    this.#active.current = {
      context: run.context,
      turnsBefore: 0,
      emit: (item) => this.#show(item, run.context, actor),
      turnOver: () => undefined,
      end: () => undefined,
      ended: new Promise(() => undefined),
      inCallersContext: (body) => body(),
    };
    try {
      await actor.onMessage(REQUEST_PUBLISH, { ...context, run: run.context });
    } finally {
      this.#active.current = undefined;
      this.runs.end(run.context);
      const [error] = this.#failures;
      await run.end({ status: error === undefined ? "finished" : signal.aborted ? "aborted" : "failed", error });
    }
  }

  #open(whole: TurnAccount, signal: AbortSignal): Promise<PartOfRun> {
    const [participant] = this.#parts.participants;
    return openPartOfRun({ ...this.#rules, name: participant?.name ?? "", task: null, signal }, whole);
  }

  /** Nothing of the turn was begun. */
  async #failBefore(error: unknown, wire: WireEnvelope, actor: Agent): Promise<void> {
    const { groupTopic, teamId } = this.#parts.addresses;
    const run = plainContext();
    this.runs.begin(run, runIdOf(wire));
    await this.publishMessage(
      { type: "GroupChatError", name: this.nameOf(actor.id.type), error },
      new TopicId(groupTopic, teamId),
      { sender: actor.id, run },
    );
    this.runs.end(run);
  }

  /** The one who asks for a turn leads the run. */
  #tellLeader({ sender: leader }: MessageContext, actor: Agent): TellLeader {
    return async (type, json, signal) => {
      if (leader === undefined) throw new RuntimeError("Nobody is known to lead the run.");
      return this.inner.sendMessage({ type, json }, leader, { sender: actor.id, signal, timeoutMs: Infinity });
    };
  }

  #show(message: StreamItem, run: RunContext, actor: Agent): Promise<void> {
    const { outputTopic, teamId } = this.#parts.addresses;
    return this.publishMessage({ type: "GroupChatMessage", message }, new TopicId(outputTopic, teamId), {
      sender: actor.id,
      run,
    });
  }

  async #tellParticipants(kind: "pause" | "resume"): Promise<void> {
    for (const participant of this.#parts.participants) {
      if (isTeam(participant)) await participant[kind]();
      else await (kind === "pause" ? participant.onPause() : participant.onResume());
    }
  }
}

/** What is said of a turn whose answer could not be said, not even as an error. */
function unsaid(error: unknown): JsonObject {
  return { unsaid: errorToText(error).slice(0, 1000) };
}

function runIdOf({ json }: WireEnvelope): string | undefined {
  const { run } = json;
  return typeof run === "string" ? run : undefined;
}
