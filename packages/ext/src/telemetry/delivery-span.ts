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
  const destination = destinationText(payload.destination);
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

function destinationText(destination: DeliveryPayload["destination"]): string {
  switch (destination?.kind) {
    case "agent":
      return `${destination.type}.(${destination.key})-A`;
    case "topic":
      return `${destination.type}.(${destination.source})-T`;
    case "handler":
      return destination.name;
    case undefined:
      return "";
  }
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
