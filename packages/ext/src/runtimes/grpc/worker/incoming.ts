import type { AgentId, Logger, PublishOptions, SendOptions, TopicId } from "@tesserae/core";
import { cloudEvent } from "../protocol/cloud-event.ts";
import type { ChannelMessage, ControlMessage, RpcRequest, RpcResponse } from "../protocol/messages.ts";
import { errorOf, errorToWire } from "../protocol/remote-error.ts";
import type { HostConnection } from "./host-connection.ts";
import { MESSAGE_ID } from "./outgoing.ts";
import { agentIdFromWire, type Payloads } from "./payloads.ts";
import type { RemoteCalls } from "./remote-calls.ts";
import { takeControl, type StateKeeper } from "./remote-state.ts";
import { inTrace, type TraceContext } from "./trace-context.ts";

/** The agents of this worker, reached without the host. */
export interface LocalAgents extends StateKeeper {
  sendMessage(message: unknown, recipient: AgentId, options: SendOptions): Promise<unknown>;
  publishMessage(message: unknown, topicId: TopicId, options: PublishOptions): Promise<void>;
}

/** What receiving needs of a worker. */
export interface IncomingParts {
  readonly payloads: Payloads;
  readonly calls: RemoteCalls;
  readonly traceContext: TraceContext | undefined;
  readonly local: LocalAgents;
  readonly logger: Logger | undefined;
}

/** What comes to a worker from its host. */
export class Incoming {
  readonly #parts: IncomingParts;

  constructor(parts: IncomingParts) {
    this.#parts = parts;
  }

  take(message: ChannelMessage, connection: HostConnection): void {
    if (message.request !== undefined) void this.#answer(message.request, connection);
    else if (message.response !== undefined) this.#takeResponse(message.response);
    else if (message.cloudEvent !== undefined) void this.#takeEvent(message.cloudEvent);
  }

  takeControl(message: ControlMessage, connection: HostConnection): void {
    const { calls, local, logger } = this.#parts;
    takeControl(message, { connection, calls, keeper: local }).catch((error: unknown) => {
      logger?.error("A control message that came from the host cannot be read.", error);
    });
  }

  async #answer(request: RpcRequest, connection: HostConnection): Promise<void> {
    const { requestId, source, target, metadata } = request;
    const { payloads, traceContext, local, logger } = this.#parts;
    let response: Partial<RpcResponse>;
    try {
      const message = payloads.read(request.payload);
      const id = agentIdFromWire(target ?? { type: "", key: "" });
      const sender = source && agentIdFromWire(source);
      const messageId = metadata.get(MESSAGE_ID) ?? requestId;
      const reply = await inTrace(
        traceContext,
        (key) => metadata.get(key),
        () => local.sendMessage(message, id, { sender, messageId }),
      );
      response = { payload: payloads.writeReply(reply) };
    } catch (error) {
      response = errorToWire(error);
    }
    const whole: RpcResponse = { requestId, payload: undefined, error: "", metadata: new Map(), ...response };
    try {
      // What is too large to be sent is an error that is not.
      await connection
        .send({ response: whole })
        .catch((error: unknown) =>
          connection.send({ response: { ...whole, payload: undefined, ...errorToWire(error) } }),
        );
    } catch (error) {
      logger?.error(`The answer to ${source?.type ?? "somebody"} could not be sent.`, error);
    }
  }

  #takeResponse(response: RpcResponse): void {
    const { calls, payloads } = this.#parts;
    calls.settle(response.requestId, () => {
      const error = errorOf(response);
      if (error !== undefined) throw error;
      return payloads.read(response.payload);
    });
  }

  async #takeEvent(bytes: Uint8Array): Promise<void> {
    const { payloads, traceContext, local, logger } = this.#parts;
    try {
      const event = cloudEvent.decode(bytes);
      const { message, topicId, sender, messageId } = payloads.readEvent(event);
      await inTrace(
        traceContext,
        (key) => event.attributes.get(key)?.text,
        () => local.publishMessage(message, topicId, { sender, messageId }),
      );
    } catch (error) {
      logger?.error("An event that came from the host cannot be delivered.", error);
    }
  }
}
