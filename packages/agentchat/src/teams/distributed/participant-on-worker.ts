import {
  TopicId,
  openRun,
  type Agent,
  type AgentRuntime,
  type MessageContext,
  type PublishOptions,
  type RunContext,
} from "@tesserae/core";
import type { RunOptions } from "../../base/run-options.ts";
import type { StreamItem } from "../../messages/types.ts";
import type { GroupChatEnvelope } from "../group-chat/envelopes.ts";
import { isTeam } from "../group-chat/names.ts";
import type { TeamParts } from "../group-chat/team-parts.ts";
import type { ActiveRun } from "../group-chat/team-run.ts";
import { EnvelopeRuntime } from "./envelope-runtime.ts";
import type { Notice, WireEnvelope } from "./wire-envelope.ts";

/** What the turns of a participant may do. */
export type TurnRules = Pick<RunOptions, "limits" | "toolPolicy" | "approve" | "middleware">;

/** The runtime of one participant whose team is led in another process. */
export class ParticipantOnWorker extends EnvelopeRuntime {
  readonly #parts: TeamParts;
  readonly #active: ActiveRun;
  readonly #rules: TurnRules;
  #turn: Promise<void> = Promise.resolve();
  #stop = new AbortController();
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
    this.#turn = this.#turn.then(() => this.#takeTurn(envelope, wire, context, actor));
    return this.#turn;
  }

  override notice(notice: Notice): unknown {
    switch (notice) {
      case "tesserae.TurnOver":
        return this.#turn;
      case "tesserae.StopTurn":
        return this.#stop.abort();
      case "GroupChatPause":
        return this.#tellParticipants("pause");
      case "GroupChatResume":
        return this.#tellParticipants("resume");
    }
  }

  override publishMessage(message: unknown, topicId: TopicId, options: PublishOptions = {}): Promise<void> {
    const envelope = message as GroupChatEnvelope;
    if (envelope.type === "GroupChatError") this.#failures.push(envelope.error);
    return super.publishMessage(message, topicId, options);
  }

  /** A turn is a run of its own in this process; what it shows and says goes to its team. */
  async #takeTurn(
    envelope: GroupChatEnvelope,
    wire: WireEnvelope,
    context: MessageContext,
    actor: Agent,
  ): Promise<void> {
    const [participant] = this.#parts.participants;
    this.#stop = new AbortController();
    this.#failures = [];
    const { signal } = this.#stop;
    const run = await openRun({ ...this.#rules, name: participant?.name ?? "", task: null, signal });
    const id = wire.json["run"];
    this.runs.begin(run.context, typeof id === "string" ? id : undefined);
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
      await actor.onMessage(envelope, { ...context, run: run.context });
    } finally {
      this.#active.current = undefined;
      this.runs.end(run.context);
      const [error] = this.#failures;
      await run.end({ status: error === undefined ? "finished" : signal.aborted ? "aborted" : "failed", error });
    }
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
