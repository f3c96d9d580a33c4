import { credentials, type ChannelCredentials, type ChannelOptions } from "@grpc/grpc-js";
import { ValueError, type SingleThreadedAgentRuntimeOptions } from "@tesserae/core";
import type { HostSettings } from "./host-connection.ts";
import type { ConnectionState, ReconnectOptions } from "./host-link.ts";
import type { PayloadFormat } from "./payloads.ts";
import type { TraceContext } from "./trace-context.ts";

/** Options of {@link GrpcWorkerAgentRuntime}; those of a local runtime hold for the agents of this worker. */
export interface GrpcWorkerAgentRuntimeOptions extends Omit<
  SingleThreadedAgentRuntimeOptions,
  "ignoreUnhandledExceptions"
> {
  /** Where the host is: `host:port`. */
  readonly hostAddress: string;
  /** In which format messages are sent whose type has both. Default: JSON. */
  readonly payloadSerializationFormat?: PayloadFormat | undefined;
  /** TLS, also with a certificate of the worker: `credentials.createSsl(…)`. Default: no encryption. */
  readonly credentials?: ChannelCredentials | undefined;
  /** Metadata of every call, such as a token that the host checks. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Options of gRPC by their names, such as `grpc.max_receive_message_length`; its default is 4 MiB. */
  readonly extraGrpcConfig?: ChannelOptions | undefined;
  /**
   * How long an answer is waited for when a call does not say, in milliseconds. Workers of Python leave many errors
   * unanswered. Default: 60 000.
   */
  readonly requestTimeoutMs?: number | undefined;
  /** How long connecting may take, and each registration, in milliseconds. Default: 10 000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Lets the traces of senders go on here, and those of here elsewhere. Default: they end with the process. */
  readonly traceContext?: TraceContext | undefined;
  readonly reconnect?: ReconnectOptions | undefined;
  /** Told when the connection comes and goes; `error` says why it went. */
  readonly onConnectionState?: ((state: ConnectionState, error?: unknown) => void) | undefined;
}

/** Hosts of Python end the connection of a worker that asks more often than every five minutes. */
const KEEPALIVE_MS = 330_000;

/** @throws ValueError for an address that is none. */
export function hostSettings(options: GrpcWorkerAgentRuntimeOptions): HostSettings {
  const { hostAddress } = options;
  if (typeof hostAddress !== "string" || hostAddress === "") {
    throw new ValueError("A worker needs the address of its host: hostAddress, as in localhost:50051.");
  }
  return {
    address: hostAddress,
    credentials: options.credentials ?? credentials.createInsecure(),
    metadata: options.metadata ?? {},
    channelOptions: {
      "grpc.keepalive_time_ms": KEEPALIVE_MS,
      // A channel that came back by itself would have no registrations.
      "grpc.enable_retries": 0,
      "grpc.use_local_subchannel_pool": 1,
      ...options.extraGrpcConfig,
    },
    timeoutMs: options.connectTimeoutMs ?? 10_000,
  };
}
