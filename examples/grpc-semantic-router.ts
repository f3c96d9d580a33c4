/** The router of `core-semantic-router` in several processes: it has one of its own, and so has each desk. */
import { ClosureAgent, TopicId, TypeSubscription } from "@tesserae/core";
import { GrpcWorkerAgentRuntime, GrpcWorkerAgentRuntimeHost } from "@tesserae/ext/runtimes/grpc";
import { Answer, DESKS, Question } from "./core-semantic-router/agents.ts";
import { QUESTIONS } from "./core-semantic-router/customers.ts";
import { startProgram } from "./support/start-program.ts";

const host = new GrpcWorkerAgentRuntimeHost("127.0.0.1:0");
await host.start();
const programs = await Promise.all([
  startProgram(new URL("grpc-semantic-router/router.ts", import.meta.url), [host.address]),
  ...Object.keys(DESKS).map((desk) =>
    startProgram(new URL("grpc-semantic-router/desk.ts", import.meta.url), [host.address, desk]),
  ),
]);

//#region customers
const worker = new GrpcWorkerAgentRuntime({ hostAddress: host.address });
worker.addMessageSerializer(Question.serializers);
await worker.start();

const answers: string[] = [];
let done = (): void => {};
const allAnswered = new Promise<void>((resolve) => (done = resolve));
await ClosureAgent.registerClosure(
  worker,
  "customer",
  ({ id }, { text }) => {
    if (answers.push(`to ${id.key}: ${text}`) === Object.keys(QUESTIONS).length) done();
  },
  { messages: Answer, subscriptions: () => [new TypeSubscription("customer", "customer")] },
);
for (const [name, text] of Object.entries(QUESTIONS)) {
  await worker.publishMessage(Question({ text }), new TopicId("question", name));
}
await allAnswered;
// Who answers first is not known: the desks work at the same time.
console.log(answers.toSorted().join("\n"));
//#endregion

await worker.stop();
await worker.close();
for (const program of programs) await program.stop();
await host.stop();
