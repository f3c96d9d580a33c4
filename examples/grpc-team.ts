/** A team of which one participant lives in another process. */
import { AssistantAgent, RoundRobinGroupChat, TextMentionTermination } from "@tesserae/agentchat";
import { RemoteParticipant } from "@tesserae/agentchat/distributed";
import { Console } from "@tesserae/agentchat/ui";
import { ReplayChatCompletionClient } from "@tesserae/ext/models/replay";
import { GrpcWorkerAgentRuntime, GrpcWorkerAgentRuntimeHost } from "@tesserae/ext/runtimes/grpc";
import { startProgram } from "./support/start-program.ts";

const host = new GrpcWorkerAgentRuntimeHost("127.0.0.1:0");
await host.start();

const program = await startProgram(new URL("grpc-team/critic.ts", import.meta.url), [host.address]);

//#region team
const writer = new AssistantAgent({
  name: "writer",
  description: "Writes poems.",
  modelClient: new ReplayChatCompletionClient({
    chatCompletions: ["Tiles in the rain, / they shine.", "Tiles in the rain, / blue again.", "Mortar, / grey."],
  }),
});

const worker = new GrpcWorkerAgentRuntime({ hostAddress: host.address });
await worker.start();
const team = new RoundRobinGroupChat({
  participants: [writer, new RemoteParticipant({ name: "critic", description: "Judges poems." })],
  terminationCondition: new TextMentionTermination("APPROVE"),
  runtime: worker,
  teamId: "poems",
});
await Console(team.runStream("A poem about tiles."));
//#endregion

//#region limit
await team
  .run("A shorter one.", { limits: { maxModelCalls: 1 } })
  .catch((error: Error) => console.log(`${error.name}: ${error.message}`));
//#endregion

await program.stop();
//#region gone
await team.run("Another one.").catch((error: Error) => console.log(error.message));
//#endregion

await team.close();
await worker.close();
await host.stop();
