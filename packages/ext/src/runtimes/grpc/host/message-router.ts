import { TopicId, type Logger } from "@tesserae/core";
import { cloudEvent } from "../protocol/cloud-event.ts";
import type { ChannelMessage, ControlMessage, RpcRequest, RpcResponse } from "../protocol/messages.ts";
import { ERROR_TYPE } from "../protocol/remote-error.ts";
import { refusalOf } from "../protocol/state-messages.ts";
import type { AwaitedReply, HostClient } from "./host-client.ts";
import type { HostStream } from "./host-stream.ts";
import type { RoutingTable } from "./routing-table.ts";

/** Passes messages on between workers. */
export class MessageRouter {
  readonly #table: RoutingTable;
  readonly #logger: Logger | undefined;
  #lastId = 0;

  constructor(table: RoutingTable, logger: Logger | undefined) {
    this.#table = table;
    this.#logger = logger;
  }

  /** Takes a message of a worker's channel. */
  route(message: ChannelMessage, client: HostClient): void {
    if (message.request !== undefined) this.#request(message.request, client);
    else if (message.response !== undefined) this.#response(message.response, client);
    else if (message.cloudEvent !== undefined) this.#event(message.cloudEvent, client);
    else this.#logger?.warning(`Worker ${client.id} sent a message that says nothing; a newer worker may know more.`);
  }

  /** Takes a message of a worker's control channel. */
  control(message: ControlMessage, client: HostClient): void {
    const target = this.#controlTarget(message.destination);
    if (target?.control !== undefined) {
      target.control.send(message, client.control);
      return;
    }
    this.#logger?.error(`A control message to ${message.destination} cannot be delivered: no control channel.`);
    // Without an answer the worker that asks would have to wait for its time to run out.
    const refusal = refusalOf(message, `${message.destination} has no control channel.`);
    if (refusal !== undefined) client.control?.send(refusal);
  }

  /** A worker is gone: those who wait for its answers learn of it. */
  left(client: HostClient): void {
    for (const awaited of client.awaited.values()) this.#refuse(awaited, `The worker ${client.id} is gone.`);
    client.awaited.clear();
  }

  #request(request: RpcRequest, requester: HostClient): void {
    const awaited: AwaitedReply = { requester, requestId: request.requestId };
    const type = request.target?.type ?? "";
    const target = this.#table.ownerOf(type);
    if (target?.channel === undefined) {
      this.#logger?.error(`Agent type ${type} is not registered by any worker; a message to it was refused.`);
      this.#refuse(awaited, `Agent with name ${type} not found: no worker has registered the type.`);
      return;
    }
    this.#lastId += 1;
    const requestId = String(this.#lastId);
    target.awaited.set(requestId, awaited);
    target.channel.send({ request: { ...request, requestId } }, requester.channel);
  }

  #response(response: RpcResponse, client: HostClient): void {
    const awaited = client.awaited.get(response.requestId);
    if (awaited === undefined) {
      this.#logger?.warning(`Worker ${client.id} answered a request that nobody waits for.`);
      return;
    }
    client.awaited.delete(response.requestId);
    this.#reply(awaited, response, client.channel);
  }

  #event(bytes: Uint8Array, publisher: HostClient): void {
    const topic = this.#topicOf(bytes, publisher);
    if (topic === undefined) return;
    const targets = new Set<HostStream<ChannelMessage>>();
    for (const { type } of this.#table.recipients(topic)) {
      const channel = this.#table.ownerOf(type)?.channel;
      if (channel === undefined) this.#logger?.error(`No worker has registered ${type}, which subscribes to ${topic}.`);
      else targets.add(channel);
    }
    for (const channel of targets) channel.send({ cloudEvent: bytes }, publisher.channel);
  }

  #topicOf(bytes: Uint8Array, publisher: HostClient): TopicId | undefined {
    try {
      const { type, source } = cloudEvent.decode(bytes);
      return new TopicId(type, source);
    } catch (error) {
      this.#logger?.error(`Worker ${publisher.id} published an event that cannot be delivered.`, error);
      return undefined;
    }
  }

  #controlTarget(destination: string): HostClient | undefined {
    const [kind, ...rest] = destination.split("=");
    const name = rest.join("=");
    if (kind === "clientid") return this.#table.find(name);
    return kind === "agentid" ? this.#table.ownerOf(name.split("/")[0] ?? "") : undefined;
  }

  #refuse(awaited: AwaitedReply, error: string): void {
    const metadata = new Map([[ERROR_TYPE, "UndeliverableException"]]);
    this.#reply(awaited, { requestId: "", payload: undefined, error, metadata });
  }

  #reply({ requester, requestId }: AwaitedReply, response: RpcResponse, source?: HostStream<ChannelMessage>): void {
    requester.channel?.send({ response: { ...response, requestId } }, source);
  }
}
