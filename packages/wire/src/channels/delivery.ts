import type { ChannelOutcome, ChannelPlace } from "./payload.ts";

/**
 * `tesserae:delivery`: one stage on the way of a message through an actor runtime. A message is told of from its
 * beginning or not at all: one that was sent while nobody listened is silent to its end.
 */
export interface DeliveryPayload extends ChannelPlace, ChannelOutcome {
  /** The kind of the runtime, such as `SingleThreadedAgentRuntime`. */
  readonly runtime: string;
  readonly stage: DeliveryPhase;
  /** The name of the message's type: what a serializer knows it by, else its class. */
  readonly messageType: string;
  /** The agent that sends the message or the answer; `null` when it comes from outside. */
  readonly sender: DeliveryAgent | null;
  /** The agent that gets it; `null` for what is published, until an agent handles it, and for an answer to outside. */
  readonly recipient: DeliveryAgent | null;
  /** The topic that it was published to, `type/source`; `null` for a direct message. */
  readonly topic: string | null;
  /** `null` where to ask for the id would make one that the run's journal does not have. */
  readonly messageId: string | null;
  /** The class of the intervention handler; `null` in the other stages. */
  readonly handler: string | null;
  /** What brought it about: for an `ack` the `send` that was answered, for what follows a `create` that one. */
  readonly origin: DeliveryPayload | null;
  /** The stage that this one is a part of: `process` belongs to a `send` or `publish`. */
  readonly within: DeliveryPayload | null;
  /** The JSON text of the message; written when it is read. */
  readonly message: string;
}

/**
 * - `create`: the message was given to the runtime; of a direct one it lasts until the answer.
 * - `intercept`: an intervention handler looks at it.
 * - `send`, `publish`: recipients are found, or made, and handle it.
 * - `process`: one agent handles it.
 * - `ack`: the answer reaches who asked.
 */
export type DeliveryPhase = "create" | "intercept" | "send" | "publish" | "process" | "ack";

/** An agent at one end of a delivery. */
export interface DeliveryAgent {
  /** `type/key`. */
  readonly id: string;
  readonly type: string;
  /** The name of its class; `null` while it is not made. */
  readonly className: string | null;
}
