import { SpanKind, type Attributes } from "@opentelemetry/api";
import type { DeliveryAgent, DeliveryPayload } from "@tesserae/wire/channels";
import { present } from "./span-writer.ts";

/** The values of `messaging.operation`. */
const OPERATIONS: { readonly [stage in DeliveryPayload["stage"]]: string } = {
  create: "create",
  send: "publish",
  publish: "publish",
  process: "process",
  intercept: "receive",
  ack: "receive",
};

/** The name, kind and attributes of the span of a stage: AutoGen's. */
export function deliverySpan(
  payload: DeliveryPayload,
  captureContent: boolean,
): { readonly name: string; readonly kind: SpanKind; readonly attributes: Attributes } {
  const { stage } = payload;
  const destination = destinationText(payload);
  return {
    name: `autogen ${stage}${destination === "" ? "" : ` ${destination}`}`,
    kind: stage === "create" || stage === "send" || stage === "publish" ? SpanKind.PRODUCER : SpanKind.CONSUMER,
    attributes: {
      ...(stage === "process" || stage === "ack" ? partyAttributes(payload, captureContent) : {}),
      "messaging.operation": OPERATIONS[stage],
      "messaging.destination": destination,
      ...(stage === "create" ? { "messaging.message.type": payload.messageType } : {}),
    },
  };
}

/** Where a message goes: a handler that looks at it, an agent, a topic; nowhere, when the answer goes outside. */
function destinationText({ handler, recipient, topic }: DeliveryPayload): string {
  if (handler !== null) return handler;
  if (recipient !== null) return address(recipient.id, "A");
  return topic === null ? "" : address(topic, "T");
}

/** Types have no slash; keys and sources may. */
function address(id: string, kind: "A" | "T"): string {
  const slash = id.indexOf("/");
  return `${id.slice(0, slash)}.(${id.slice(slash + 1)})-${kind}`;
}

function partyAttributes(payload: DeliveryPayload, captureContent: boolean): Attributes {
  return present({
    ...agentAttributes("sender", payload.sender),
    ...agentAttributes("recipient", payload.recipient),
    message_context: payload.stage === "process" ? messageContext(payload) : undefined,
    message: captureContent ? payload.message : undefined,
  });
}

function agentAttributes(
  side: "sender" | "recipient",
  agent: DeliveryAgent | null,
): { readonly [name: string]: string | null | undefined } {
  return { [`${side}_agent_type`]: agent?.type, [`${side}_agent_class`]: agent?.className };
}

/** The JSON that AutoGen writes: what is missing is the text `None`. */
function messageContext({ sender, topic, messageId }: DeliveryPayload): string {
  return JSON.stringify({
    sender: sender?.id ?? "None",
    topic_id: topic ?? "None",
    is_rpc: topic === null,
    message_id: messageId ?? "None",
  });
}
