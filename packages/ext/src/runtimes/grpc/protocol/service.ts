import type { MessageCodec } from "./fields.ts";
import {
  addSubscriptionRequest,
  channelMessage,
  controlMessage,
  emptyMessage,
  getSubscriptionsResponse,
  registerAgentTypeRequest,
  removeSubscriptionRequest,
  type AddSubscriptionRequest,
  type ChannelMessage,
  type ControlMessage,
  type GetSubscriptionsResponse,
  type RegisterAgentTypeRequest,
  type RemoveSubscriptionRequest,
} from "./messages.ts";

/** A method of the service: where it is, whether both sides stream, and how its messages are written and read. */
export interface Method<Request, Response> {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestSerialize: (message: Partial<Request>) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => Request;
  readonly responseSerialize: (message: Partial<Response>) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

/** The methods of `agents.AgentRpc`. */
export interface AgentRpc {
  readonly OpenChannel: Method<ChannelMessage, ChannelMessage>;
  readonly OpenControlChannel: Method<ControlMessage, ControlMessage>;
  readonly RegisterAgent: Method<RegisterAgentTypeRequest, object>;
  readonly AddSubscription: Method<AddSubscriptionRequest, object>;
  readonly RemoveSubscription: Method<RemoveSubscriptionRequest, object>;
  readonly GetSubscriptions: Method<object, GetSubscriptionsResponse>;
}

/** The gRPC service that a host offers and workers call. */
export const agentRpc: AgentRpc = {
  OpenChannel: method("OpenChannel", channelMessage, channelMessage, true),
  OpenControlChannel: method("OpenControlChannel", controlMessage, controlMessage, true),
  RegisterAgent: method("RegisterAgent", registerAgentTypeRequest, emptyMessage),
  AddSubscription: method("AddSubscription", addSubscriptionRequest, emptyMessage),
  RemoveSubscription: method("RemoveSubscription", removeSubscriptionRequest, emptyMessage),
  GetSubscriptions: method("GetSubscriptions", emptyMessage, getSubscriptionsResponse),
};

/** The key of the metadata in which every call names the worker that makes it. */
export const CLIENT_ID = "client-id";

function method<Request, Response>(
  name: string,
  request: MessageCodec<Request>,
  response: MessageCodec<Response>,
  streams: boolean = false,
): Method<Request, Response> {
  return {
    path: `/agents.AgentRpc/${name}`,
    requestStream: streams,
    responseStream: streams,
    requestSerialize: (message) => toBuffer(request.encode(message)),
    requestDeserialize: (bytes) => request.decode(bytes),
    responseSerialize: (message) => toBuffer(response.encode(message)),
    responseDeserialize: (bytes) => response.decode(bytes),
  };
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
