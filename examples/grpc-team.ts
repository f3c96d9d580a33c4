/** A team of which one participant lives in another process. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { AssistantAgent, RoundRobinGroupChat, TextMentionTermination } from "@tesserae/agentchat";
import { RemoteParticipant } from "@tesserae/agentchat/distributed";
import { Console } from "@tesserae/agentchat/ui";
import { ReplayChatCompletionClient } from "@tesserae/ext/models/replay";
import { GrpcWorkerAgentRuntime, GrpcWorkerAgentRuntimeHost } from "@tesserae/ext/runtimes/grpc";

const host = new GrpcWorkerAgentRuntimeHost("127.0.0.1:0");
await host.start();

const program = fileURLToPath(new URL("grpc-team/critic.ts", import.meta.url));
const child = spawn(process.execPath, ["--conditions=source", program, host.address], {
  stdio: ["ignore", "pipe", "inherit"],
});
await once(child.stdout, "data");

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

child.kill("SIGTERM");
await once(child, "exit");
//#region gone
await team.run("Another one.").catch((error: Error) => console.log(error.message));
//#endregion

await team.close();
await worker.close();
await host.stop();
