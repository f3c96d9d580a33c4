/** A process that has one member of the chat. Its arguments are the address of the host and the name of the member. */
import { GrpcWorkerAgentRuntime } from "@tesserae/ext/runtimes/grpc";
import { Member } from "../core-group-chat/agents.ts";
import { CAST } from "../core-group-chat/cast.ts";
import { scriptedModel } from "../support/scripted-model.ts";

//#region member
const [hostAddress = "localhost:50051", name = "writer"] = process.argv.slice(2);
const { task = "", lines = [] } = CAST[name] ?? {};
const worker = new GrpcWorkerAgentRuntime({ hostAddress });
await worker.start();
await Member.register(worker, name, () => new Member(task, scriptedModel(...lines)));
console.log("ready");
await worker.stopWhenSignal();
//#endregion
