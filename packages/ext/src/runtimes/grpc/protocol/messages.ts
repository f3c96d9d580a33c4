/** The messages of the protobuf package `agents` that workers and hosts exchange; AutoGen 0.7.5 has the same. */
import { list, map, messageCodec, nested, optionalBytes, optionalText, text, type MessageCodec } from "./fields.ts";

/** `agents.AgentId`: the name of one agent on the wire. */
export interface WireAgentId {
  readonly type: string;
  readonly key: string;
}

/** `agents.Payload`: a message of an agent, in the format that `dataContentType` names. */
export interface Payload {
  readonly dataType: string;
  readonly dataContentType: string;
  readonly data: Uint8Array | undefined;
}

/** `agents.RpcRequest`: a direct message. */
export interface RpcRequest {
  readonly requestId: string;
  readonly source: WireAgentId | undefined;
  readonly target: WireAgentId | undefined;
  readonly method: string;
  readonly payload: Payload | undefined;
  readonly metadata: ReadonlyMap<string, string>;
}

/** `agents.RpcResponse`: the answer to a direct message; `error` is empty when there was none. */
export interface RpcResponse {
  readonly requestId: string;
  readonly payload: Payload | undefined;
  readonly error: string;
  readonly metadata: ReadonlyMap<string, string>;
}

/** `agents.Message`: what goes through `OpenChannel`; one of the three. */
export interface ChannelMessage {
  readonly request: RpcRequest | undefined;
  readonly response: RpcResponse | undefined;
  /** The bytes of a `CloudEvent`, which a host passes on as they are. */
  readonly cloudEvent: Uint8Array | undefined;
}

/** `agents.RegisterAgentTypeRequest` */
export interface RegisterAgentTypeRequest {
  readonly type: string;
}

/** `agents.Subscription`; one of the two. */
export interface WireSubscription {
  readonly id: string;
  readonly typeSubscription: { readonly topicType: string; readonly agentType: string } | undefined;
  readonly typePrefixSubscription: { readonly topicTypePrefix: string; readonly agentType: string } | undefined;
}

/** `agents.AddSubscriptionRequest` */
export interface AddSubscriptionRequest {
  readonly subscription: WireSubscription | undefined;
}

/** `agents.RemoveSubscriptionRequest` */
export interface RemoveSubscriptionRequest {
  readonly id: string;
}

/** `agents.GetSubscriptionsResponse` */
export interface GetSubscriptionsResponse {
  readonly subscriptions: readonly WireSubscription[];
}

/** `agents.ControlMessage`: what goes through `OpenControlChannel`. */
export interface ControlMessage {
  readonly rpcId: string;
  /** `agentid=<type/key>` or `clientid=<id>` */
  readonly destination: string;
  readonly respondTo: string | undefined;
  readonly rpcMessage: PackedMessage | undefined;
}

/** `google.protobuf.Any` */
export interface PackedMessage {
  readonly typeUrl: string;
  readonly value: Uint8Array | undefined;
}

const agentId: MessageCodec<WireAgentId> = messageCodec({ type: text(1), key: text(2) });

const payload: MessageCodec<Payload> = messageCodec({
  dataType: text(1),
  dataContentType: text(2),
  data: optionalBytes(3),
});

const rpcRequest: MessageCodec<RpcRequest> = messageCodec({
  requestId: text(1),
  source: nested(2, agentId),
  target: nested(3, agentId),
  method: text(4),
  payload: nested(5, payload),
  metadata: map(6, text(2)),
});

const rpcResponse: MessageCodec<RpcResponse> = messageCodec({
  requestId: text(1),
  payload: nested(2, payload),
  error: text(3),
  metadata: map(4, text(2)),
});

/** Writes and reads {@link ChannelMessage}. */
export const channelMessage: MessageCodec<ChannelMessage> = messageCodec({
  request: nested(1, rpcRequest),
  response: nested(2, rpcResponse),
  cloudEvent: optionalBytes(3),
});

const subscription: MessageCodec<WireSubscription> = messageCodec({
  id: text(1),
  typeSubscription: nested(2, messageCodec({ topicType: text(1), agentType: text(2) })),
  typePrefixSubscription: nested(3, messageCodec({ topicTypePrefix: text(1), agentType: text(2) })),
});

/** Writes and reads {@link RegisterAgentTypeRequest}. */
export const registerAgentTypeRequest: MessageCodec<RegisterAgentTypeRequest> = messageCodec({ type: text(1) });

/** Writes and reads {@link AddSubscriptionRequest}. */
export const addSubscriptionRequest: MessageCodec<AddSubscriptionRequest> = messageCodec({
  subscription: nested(1, subscription),
});

/** Writes and reads {@link RemoveSubscriptionRequest}. */
export const removeSubscriptionRequest: MessageCodec<RemoveSubscriptionRequest> = messageCodec({ id: text(1) });

/** Writes and reads {@link GetSubscriptionsResponse}. */
export const getSubscriptionsResponse: MessageCodec<GetSubscriptionsResponse> = messageCodec({
  subscriptions: list(1, subscription),
});

/** Writes and reads the requests and responses that say nothing. */
export const emptyMessage: MessageCodec<object> = messageCodec({});

/** Writes and reads {@link ControlMessage}. */
export const controlMessage: MessageCodec<ControlMessage> = messageCodec({
  rpcId: text(1),
  destination: text(2),
  respondTo: optionalText(3),
  rpcMessage: nested(4, messageCodec<PackedMessage>({ typeUrl: text(1), value: optionalBytes(2) })),
});
