/** A process that has the router. Its argument is the address of the host. */
import { GrpcWorkerAgentRuntime } from "@tesserae/ext/runtimes/grpc";
import { Answer, Router } from "../core-semantic-router/agents.ts";
import { modelFor } from "../core-semantic-router/customers.ts";

const worker = new GrpcWorkerAgentRuntime({ hostAddress: process.argv[2] ?? "localhost:50051" });
worker.addMessageSerializer(Answer.serializers);
await worker.start();
await Router.register(worker, "router", ({ agentId }) => new Router(modelFor(agentId.key)));
console.log("ready");
await worker.stopWhenSignal();
