/** A process that has one desk. Its arguments are the address of the host and the name of the desk. */
import { GrpcWorkerAgentRuntime } from "@tesserae/ext/runtimes/grpc";
import { Answer, DESKS, Desk } from "../core-semantic-router/agents.ts";

//#region worker
const [hostAddress = "localhost:50051", desk = "finance"] = process.argv.slice(2);
const worker = new GrpcWorkerAgentRuntime({ hostAddress });
worker.addMessageSerializer(Answer.serializers);
await worker.start();
await Desk.register(worker, desk, () => new Desk(DESKS[desk] ?? ""));
console.log("ready");
await worker.stopWhenSignal();
//#endregion
