import type { ChannelError, ChannelPlace, DeliveryPayload } from "@tesserae/wire/channels";
import { channelError, placeOf } from "../diagnostics/trace.ts";
import type { SerializationRegistry } from "../messages/serialization-registry.ts";
import { typeNameOf } from "../messages/type-name.ts";
import { plainContext } from "../run/context.ts";
import type { RunContext } from "../run/run-context.ts";

/** What is told of a stage. */
export interface DeliveryFacts extends Pick<
  DeliveryPayload,
  "stage" | "destination" | "sender" | "recipient" | "topic" | "messageId"
> {
  readonly message: unknown;
  readonly run: RunContext | undefined;
  readonly origin?: DeliveryPayload | null;
  readonly within?: DeliveryPayload | null;
}

/** The payload of one stage: a class for the sake of the message's text, which is written only when somebody reads it. */
export class DeliveryEvent implements DeliveryPayload {
  readonly runId: ChannelPlace["runId"];
  readonly path: string;
  readonly agentPath: readonly string[];
  readonly agent: string | null;
  readonly turn: number | null;
  readonly startedAt: number;
  readonly runtime = "SingleThreadedAgentRuntime";
  readonly stage: DeliveryPayload["stage"];
  readonly destination: DeliveryPayload["destination"];
  readonly messageType: string;
  readonly sender: DeliveryPayload["sender"];
  readonly recipient: DeliveryPayload["recipient"];
  readonly topic: string | null;
  readonly messageId: string | null;
  readonly origin: DeliveryPayload | null;
  readonly within: DeliveryPayload | null;
  declare durationMs?: number;
  declare error?: ChannelError;
  readonly #message: unknown;
  readonly #serializers: SerializationRegistry;
  readonly #began = performance.now();

  constructor(facts: DeliveryFacts, serializers: SerializationRegistry) {
    const { runId, path, agentPath, agent, turn, startedAt } = placeOf(facts.run ?? plainContext());
    this.runId = runId;
    this.path = path;
    this.agentPath = agentPath;
    this.agent = agent;
    this.turn = turn;
    this.startedAt = startedAt;
    this.stage = facts.stage;
    this.destination = facts.destination;
    this.messageType = typeNameOf(facts.message) ?? classOf(facts.message);
    this.sender = facts.sender;
    this.recipient = facts.recipient;
    this.topic = facts.topic;
    this.messageId = facts.messageId;
    this.origin = facts.origin ?? null;
    this.within = facts.within ?? null;
    this.#message = facts.message;
    this.#serializers = serializers;
  }

  get message(): string {
    return this.#serializers.textOf(this.#message);
  }

  /** Notes what went wrong in the stage itself; what a handler throws is in the stage of that handler. */
  fail(error: unknown): void {
    this.error = channelError(error);
  }

  /** Notes the end; false when it was noted before. */
  end(): boolean {
    if (this.durationMs !== undefined) return false;
    this.durationMs = performance.now() - this.#began;
    return true;
  }
}

function classOf(message: unknown): string {
  if (typeof message !== "object" || message === null) return message === null ? "null" : typeof message;
  const made: unknown = Reflect.get(message, "constructor");
  return typeof made === "function" ? made.name : "object";
}
