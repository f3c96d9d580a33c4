/** A router that asks a model what a customer wants, and hands the question to the desk for it. */
import { ClosureAgent, SingleThreadedAgentRuntime, TopicId, TypeSubscription } from "@tesserae/core";
import { Answer, DESKS, Desk, Question, Router } from "./core-semantic-router/agents.ts";
import { QUESTIONS, modelFor } from "./core-semantic-router/customers.ts";

//#region run
const runtime = new SingleThreadedAgentRuntime();
await Router.register(runtime, "router", ({ agentId }) => new Router(modelFor(agentId.key)));
for (const [desk, about] of Object.entries(DESKS)) await Desk.register(runtime, desk, () => new Desk(about));
await ClosureAgent.registerClosure(runtime, "customer", ({ id }, { text }) => console.log(`to ${id.key}: ${text}`), {
  messages: Answer,
  subscriptions: () => [new TypeSubscription("customer", "customer")],
});

runtime.start();
for (const [name, text] of Object.entries(QUESTIONS)) {
  await runtime.publishMessage(Question({ text }), new TopicId("question", name));
}
await runtime.stopWhenIdle();
//#endregion
await runtime.close();
