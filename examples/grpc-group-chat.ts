/** The chat of `core-group-chat` in several processes: each member has its own; here are the host, manager and screen. */
import { TopicId } from "@tesserae/core";
import { GrpcWorkerAgentRuntime, GrpcWorkerAgentRuntimeHost } from "@tesserae/ext/runtimes/grpc";
import { Manager, RequestToSpeak, Said, Screen } from "./core-group-chat/agents.ts";
import { CAST, chooser } from "./core-group-chat/cast.ts";
import { startProgram } from "./support/start-program.ts";

const host = new GrpcWorkerAgentRuntimeHost("127.0.0.1:0");
await host.start();
const members = await Promise.all(
  Object.keys(CAST).map((name) =>
    startProgram(new URL("grpc-group-chat/member.ts", import.meta.url), [host.address, name]),
  ),
);

//#region chat
const worker = new GrpcWorkerAgentRuntime({ hostAddress: host.address });
worker.addMessageSerializer(RequestToSpeak.serializers);
await worker.start();

let end = (): void => {};
const ended = new Promise<void>((resolve) => (end = resolve));
await Manager.register(worker, "manager", () => new Manager(Object.keys(CAST), chooser()));
await Screen.register(worker, "screen", () => new Screen(end));

await worker.publishMessage(Said({ text: "A story with a picture, please.", by: "user" }), new TopicId("chat", "1"));
await ended;
//#endregion

await worker.stop();
await worker.close();
for (const member of members) await member.stop();
await host.stop();
