/** A worker in TypeScript and one in Python, which say hello to each other in protobuf. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ClosureAgent, TopicId, TypeSubscription } from "@tesserae/core";
import { GrpcWorkerAgentRuntime, GrpcWorkerAgentRuntimeHost } from "@tesserae/ext/runtimes/grpc";
import { Greeting, greeting } from "./grpc-hello/greeting.ts";
import { startProgram } from "./support/start-program.ts";

/** A Python that has autogen-core and autogen-ext[grpc]; in this repository `tests/interop/setup_venv.sh` makes one. */
const VENV = fileURLToPath(new URL("../tests/interop/.venv/bin/python", import.meta.url));
const python = process.env["AUTOGEN_PYTHON"] ?? (existsSync(VENV) ? VENV : "python3");

const host = new GrpcWorkerAgentRuntimeHost("127.0.0.1:0");
await host.start();
const program = await startProgram(new URL("grpc-hello/worker.py", import.meta.url), [host.address], [python, "-B"]);

//#region hello
const worker = new GrpcWorkerAgentRuntime({ hostAddress: host.address });
await worker.start();

let end = (): void => {};
const answered = new Promise<void>((resolve) => (end = resolve));
const show = ({ text, language }: { text: string; language: string }): void => {
  console.log(`${language}: ${text}`);
  end();
};
await ClosureAgent.registerClosure(worker, "listener", (_context, answer) => show(answer), {
  messages: Greeting,
  subscriptions: () => [new TypeSubscription("answers", "listener")],
});
await worker.publishMessage(greeting("Hello from here."), new TopicId("hello", "lisbon"));
await answered;
//#endregion

await worker.stop();
await worker.close();
await program.stop();
await host.stop();
