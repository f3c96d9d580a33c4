export {
  GrpcWorkerAgentRuntimeHost,
  type GrpcWorkerAgentRuntimeHostOptions,
} from "./host/grpc-worker-agent-runtime-host.ts";
export {
  GrpcWorkerAgentRuntimeHostServicer,
  type GrpcWorkerAgentRuntimeHostServicerOptions,
} from "./host/grpc-worker-agent-runtime-host-servicer.ts";
export { RemoteError } from "./protocol/remote-error.ts";
export { GrpcWorkerAgentRuntime } from "./worker/grpc-worker-agent-runtime.ts";
export type { ConnectionState, ReconnectOptions } from "./worker/host-link.ts";
export type { PayloadFormat } from "./worker/payloads.ts";
export type { TraceCarrier, TraceContext } from "./worker/trace-context.ts";
export type { GrpcWorkerAgentRuntimeOptions } from "./worker/worker-options.ts";
