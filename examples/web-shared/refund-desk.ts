/** What the servers serve: a desk that refunds flights. Without a key it runs offline, by rules. */
import {
  AssistantAgent,
  HandoffTermination,
  NoHandoffTermination,
  RoundRobinGroupChat,
  Swarm,
  TextMentionTermination,
  UserProxyAgent,
  type BaseGroupChat,
  type InputFunction,
} from "@tesserae/agentchat";
import { tool } from "@tesserae/core";
import { z } from "zod";
import { ruleModel } from "../support/rule-model.ts";
import { asks } from "../support/scripted-model.ts";

const real = process.env["OPENAI_API_KEY"] === undefined ? undefined : "openai/gpt-5-mini";

const frontDeskModel = real ?? ruleModel([/./, asks(["transfer_to_refunds", {}])]);
const refundsModel =
  real ??
  ruleModel(
    [/is refunded/, "Your flight is refunded. Anything else?"],
    [/\b[A-Z]{2} ?\d+/, asks(["refund", { flight: "LH 507" }])],
    [/./, asks(["transfer_to_user", {}])],
  );

const refund = tool({
  name: "refund",
  description: "Refunds a flight.",
  parameters: z.object({ flight: z.string() }),
  execute: ({ flight }) => `${flight} is refunded`,
});

//#region swarm
/** Ends its run when it needs to know something of the user; the next request brings the answer. */
export function makeDesk(): BaseGroupChat {
  const frontDesk = new AssistantAgent({ name: "front_desk", modelClient: frontDeskModel, handoffs: ["refunds"] });
  const refunds = new AssistantAgent({
    name: "refunds",
    modelClient: refundsModel,
    modelClientStream: true,
    tools: [refund],
    reflectOnToolUse: true,
    handoffs: ["front_desk", "user"],
  });
  return new Swarm({
    participants: [frontDesk, refunds],
    terminationCondition: new HandoffTermination("user").or(new NoHandoffTermination()),
  });
}
//#endregion

//#region attended
/** Asks the user in the middle of its run, who must be there. */
export function makeAttendedDesk(inputFunc: InputFunction): BaseGroupChat {
  const modelClient = real ?? ruleModel([/refund/, "Shall I refund LH 507?"], [/./, "Done."]);
  return new RoundRobinGroupChat({
    participants: [
      new AssistantAgent({ name: "refunds", modelClient, modelClientStream: true }),
      new UserProxyAgent({ name: "user", inputFunc }),
    ],
    terminationCondition: new TextMentionTermination("APPROVE", { sources: ["user"] }),
  });
}
//#endregion
