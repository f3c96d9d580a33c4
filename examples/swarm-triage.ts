/** A swarm that sorts: the triage hands a customer to billing or to the technicians, who come back or ask the customer. */
import { AssistantAgent, HandoffTermination, MaxMessageTermination, Swarm, isEvent } from "@tesserae/agentchat";
import type { CreateResult } from "@tesserae/core";
import { asks, scriptedModel } from "./support/scripted-model.ts";

/** What the model of each agent does. */
type Scripts = Readonly<Record<"triage" | "billing" | "technical", readonly (string | CreateResult)[]>>;

//#region swarm
function makeTeam(scripts: Scripts): Swarm {
  const triage = new AssistantAgent({
    name: "triage",
    modelClient: scriptedModel(...scripts.triage),
    systemMessage: "Find out what the customer needs, and hand the customer on.",
    handoffs: ["billing", "technical"],
  });
  const billing = new AssistantAgent({
    name: "billing",
    modelClient: scriptedModel(...scripts.billing),
    systemMessage: "Explain bills. Hand over to the user when you have a question.",
    handoffs: ["triage", "user"],
  });
  const technical = new AssistantAgent({
    name: "technical",
    modelClient: scriptedModel(...scripts.technical),
    systemMessage: "Repair what is broken. Hand over to the user when you have a question.",
    handoffs: ["triage", "user"],
  });
  return new Swarm({
    participants: [triage, billing, technical],
    terminationCondition: new HandoffTermination("user").or(new MaxMessageTermination(10)),
  });
}
//#endregion

async function show(task: string, scripts: Scripts): Promise<void> {
  const team = makeTeam(scripts);
  const { messages, stopReason } = await team.run(task);
  const spoken = messages.filter((message) => !isEvent(message));
  const path = spoken.map((message) =>
    message.type === "HandoffMessage" ? `${message.source} → ${message.target}` : message.source,
  );
  console.log(`${task}\n  ${path.join(", ")}\n  ${stopReason}`);
  await team.close();
}

await show("Why do I pay 120 euros?", {
  triage: [asks(["transfer_to_billing", {}])],
  billing: ["For 40 tiles at 3 euros.", asks(["transfer_to_user", {}])],
  technical: [],
});
await show("My kiln stays cold, and who pays for that?", {
  triage: [asks(["transfer_to_technical", {}]), asks(["transfer_to_billing", {}])],
  technical: ["The fuse is broken.", asks(["transfer_to_triage", {}])],
  billing: [asks(["transfer_to_user", {}])],
});
// Nobody feels responsible: the number of messages ends it.
const toBilling = asks(["transfer_to_billing", {}]);
const toTriage = asks(["transfer_to_triage", {}]);
await show("Hello?", {
  triage: [toBilling, toBilling, toBilling, toBilling, toBilling],
  billing: [toTriage, toTriage, toTriage, toTriage],
  technical: [],
});
