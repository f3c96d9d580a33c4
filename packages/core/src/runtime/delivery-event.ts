import type { ChannelError, ChannelPlace, DeliveryPayload } from "@tesserae/wire/channels";
import { channelError } from "../diagnostics/trace.ts";
import type { SerializationRegistry } from "../messages/serialization-registry.ts";

/** What is told of a stage. */
export type DeliveryFacts = Omit<DeliveryPayload, "message" | "durationMs" | "error">;

/** The payload of one stage: a class for the sake of the message's text, which is written only when somebody reads it. */
export class DeliveryEvent implements DeliveryPayload {
  declare readonly runId: ChannelPlace["runId"];
  declare readonly path: string;
  declare readonly agentPath: readonly string[];
  declare readonly agent: string | null;
  declare readonly turn: number | null;
  declare readonly startedAt: number;
  declare readonly runtime: string;
  declare readonly stage: DeliveryPayload["stage"];
  declare readonly messageType: string;
  declare readonly sender: DeliveryPayload["sender"];
  declare readonly recipient: DeliveryPayload["recipient"];
  declare readonly topic: string | null;
  declare readonly messageId: string | null;
  declare readonly handler: string | null;
  declare readonly origin: DeliveryPayload | null;
  declare readonly within: DeliveryPayload | null;
  declare durationMs?: number;
  declare error?: ChannelError;
  readonly #message: unknown;
  readonly #serializers: SerializationRegistry;
  readonly #began = performance.now();

  constructor(facts: DeliveryFacts, message: unknown, serializers: SerializationRegistry) {
    Object.assign(this, facts);
    this.#message = message;
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
