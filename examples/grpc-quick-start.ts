/** The first program with actors, on two workers: the agents are the same, and do not know where they are. */
import { AgentId } from "@tesserae/core";
import { GrpcWorkerAgentRuntime, GrpcWorkerAgentRuntimeHost } from "@tesserae/ext/runtimes/grpc";
import { Checker, Message, Modifier } from "./core-quick-start/agents.ts";

//#region workers
const host = new GrpcWorkerAgentRuntimeHost("127.0.0.1:0");
await host.start();
const [left, right] = [
  new GrpcWorkerAgentRuntime({ hostAddress: host.address }),
  new GrpcWorkerAgentRuntime({ hostAddress: host.address }),
];
await left.start();
await right.start();

let done = (): void => {};
const allDone = new Promise<void>((resolve) => (done = resolve));
const isDone = (value: number): boolean => {
  if (value <= 1) done();
  return value <= 1;
};
await Modifier.register(left, "modifier", () => new Modifier((x) => x - 1));
await Checker.register(right, "checker", () => new Checker(isDone));

await left.sendMessage(Message({ content: 10 }), new AgentId("checker", "default"));
await allDone;
//#endregion
await left.stop();
await right.stop();
await left.close();
await right.close();
await host.stop();
