import { Server, ServerCredentials, type ChannelOptions } from "@grpc/grpc-js";
import { RuntimeError, UndeliverableException } from "@tesserae/core";
import { untilSignal } from "../until-signal.ts";
import {
  GrpcWorkerAgentRuntimeHostServicer,
  type GrpcWorkerAgentRuntimeHostServicerOptions,
} from "./grpc-worker-agent-runtime-host-servicer.ts";

/** Workers that the host does not hear of in this time are asked whether they are still there, in milliseconds. */
const KEEPALIVE_MS = 20_000;

/** Options of {@link GrpcWorkerAgentRuntimeHost}. */
export interface GrpcWorkerAgentRuntimeHostOptions extends GrpcWorkerAgentRuntimeHostServicerOptions {
  /** TLS, also with certificates of the workers: `ServerCredentials.createSsl(…)`. Default: no encryption. */
  readonly credentials?: ServerCredentials | undefined;
  /** Options of gRPC by their names, such as `grpc.max_receive_message_length`; its default is 4 MiB. */
  readonly extraGrpcConfig?: ChannelOptions | undefined;
}

/** What workers connect to, in TypeScript or Python: it knows where agents are and passes their messages on. */
export class GrpcWorkerAgentRuntimeHost {
  readonly #address: string;
  readonly #options: GrpcWorkerAgentRuntimeHostOptions;
  #running: { readonly server: Server; readonly servicer: GrpcWorkerAgentRuntimeHostServicer } | undefined;
  #port: number | undefined;

  /** @param address `host:port`; port 0 takes a free one, see {@link address}. */
  constructor(address: string, options: GrpcWorkerAgentRuntimeHostOptions = {}) {
    this.#address = address;
    this.#options = options;
  }

  /** Where workers find the host: with the port that it has got. */
  get address(): string {
    return this.#port === undefined ? this.#address : this.#address.replace(/:\d+$/, `:${this.#port}`);
  }

  /**
   * Resolves when workers can connect.
   * @throws RuntimeError `Host runtime is already started.` @throws UndeliverableException when the address is taken.
   */
  async start(): Promise<void> {
    if (this.#running !== undefined) throw new RuntimeError("Host runtime is already started.");
    const { credentials, extraGrpcConfig, ...options } = this.#options;
    const server = new Server({ "grpc.keepalive_time_ms": KEEPALIVE_MS, ...extraGrpcConfig });
    const servicer = new GrpcWorkerAgentRuntimeHostServicer(options);
    servicer.addTo(server);
    this.#running = { server, servicer };
    try {
      this.#port = await bind(server, this.address, credentials ?? ServerCredentials.createInsecure());
    } catch (error) {
      this.#running = undefined;
      throw new UndeliverableException(`The host cannot listen at ${this.#address}.`, { cause: error });
    }
  }

  /**
   * Closes the connections of all workers, which try to come back.
   * @param graceMs how long calls that go on may still take, in milliseconds. The channels of workers end at once.
   * @throws RuntimeError `Host runtime is not started.`
   */
  async stop(graceMs: number = 0): Promise<void> {
    const running = this.#running;
    if (running === undefined) throw new RuntimeError("Host runtime is not started.");
    this.#running = undefined;
    const { server, servicer } = running;
    const force = (): void => server.forceShutdown();
    const timer = graceMs > 0 ? setTimeout(force, graceMs) : undefined;
    const stopped = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
    if (timer === undefined) force();
    await stopped;
    clearTimeout(timer);
    servicer.close();
  }

  /** Stops when the process is told to end. Default signals: SIGTERM and SIGINT. */
  async stopWhenSignal(graceMs: number = 0, signals: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT"]): Promise<void> {
    if (this.#running === undefined) throw new RuntimeError("Host runtime is not started.");
    await untilSignal(signals);
    await this.stop(graceMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#running !== undefined) await this.stop();
  }
}

function bind(server: Server, address: string, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => (error === null ? resolve(port) : reject(error)));
  });
}
