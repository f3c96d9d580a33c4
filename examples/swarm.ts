/** A swarm: a front desk hands a customer to the refunds desk, which asks the customer, and goes on with the answer. */
import {
  AssistantAgent,
  HandoffTermination,
  NoHandoffTermination,
  Swarm,
  messageText,
  resumeWith,
  type TaskResult,
} from "@tesserae/agentchat";
import { tool } from "@tesserae/core";
import { z } from "zod";
import { asks, scriptedModel } from "./support/scripted-model.ts";

const refund = tool({
  name: "refund",
  description: "Refunds a flight.",
  parameters: z.object({ flight: z.string() }),
  execute: ({ flight }) => `${flight} is refunded`,
});

//#region swarm
const frontDesk = new AssistantAgent({
  name: "front_desk",
  modelClient: scriptedModel(asks(["transfer_to_refunds", {}])),
  handoffs: ["refunds"],
});
const refunds = new AssistantAgent({
  name: "refunds",
  modelClient: scriptedModel(
    asks(["transfer_to_user", {}]),
    asks(["refund", { flight: "LH 507" }]),
    "LH 507 is refunded. Anything else?",
  ),
  handoffs: ["front_desk", "user"],
  tools: [refund],
  reflectOnToolUse: true,
});

const team = new Swarm({
  participants: [frontDesk, refunds],
  terminationCondition: new HandoffTermination("user").or(new NoHandoffTermination()),
});

show(await team.run("I want my money back."));
show(await team.run(resumeWith("My flight was LH 507.", "refunds")));
//#endregion

function show({ messages, stopReason }: TaskResult): void {
  for (const message of messages) console.log(`${message.source}: ${messageText(message)}`);
  console.log(`(${stopReason})\n`);
}
