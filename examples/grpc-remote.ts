/** Two processes: a question to an agent that lives in another one, its answer, its error, and what is when it is gone. */
import { AgentId, UndeliverableException } from "@tesserae/core";
import { GrpcWorkerAgentRuntime, GrpcWorkerAgentRuntimeHost, RemoteError } from "@tesserae/ext/runtimes/grpc";
import { Order, Receipt } from "./grpc-remote/messages.ts";
import { startProgram } from "./support/start-program.ts";

//#region host
const host = new GrpcWorkerAgentRuntimeHost("127.0.0.1:0");
await host.start();
//#endregion

const program = await startProgram(new URL("grpc-remote/clerk.ts", import.meta.url), [host.address]);

//#region ask
const worker = new GrpcWorkerAgentRuntime({ hostAddress: host.address });
worker.addMessageSerializer([...Order.serializers, ...Receipt.serializers]);
await worker.start();

const clerk = new AgentId("clerk", "lisbon");
console.log(await worker.sendMessage(Order({ tiles: 40 }), clerk));

try {
  await worker.sendMessage(Order({ tiles: 0 }), clerk);
} catch (error) {
  if (error instanceof RemoteError) console.log(`${error.errorType}: ${error.message}`);
}
//#endregion

await program.stop();
//#region gone
try {
  await worker.sendMessage(Order({ tiles: 40 }), clerk);
} catch (error) {
  if (error instanceof UndeliverableException) console.log(error.message);
}
//#endregion

await worker.close();
await host.stop();
