/** A process that has one participant of a team: it says that it is ready, and ends when it is told to. */
import { ReplayChatCompletionClient } from "@tesserae/ext/models/replay";
import { AssistantAgent } from "@tesserae/agentchat";
import { serveParticipant } from "@tesserae/agentchat/distributed";
import { GrpcWorkerAgentRuntime } from "@tesserae/ext/runtimes/grpc";

//#region serve
const critic = new AssistantAgent({
  name: "critic",
  description: "Judges poems.",
  modelClient: new ReplayChatCompletionClient({ chatCompletions: ["The second line limps.", "APPROVE"] }),
});

const worker = new GrpcWorkerAgentRuntime({ hostAddress: process.argv[2] ?? "localhost:50051" });
await worker.start();
await serveParticipant(worker, critic, { teamId: "poems" });
//#endregion

console.log("ready");
await worker.stopWhenSignal();
