import {
  status,
  type Metadata,
  type Server,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServiceError,
  type UntypedServiceImplementation,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { ValueError, getLogger, type LogSink, type Logger } from "@tesserae/core";
import type {
  AddSubscriptionRequest,
  ChannelMessage,
  ControlMessage,
  GetSubscriptionsResponse,
  RegisterAgentTypeRequest,
  RemoveSubscriptionRequest,
} from "../protocol/messages.ts";
import { CLIENT_ID, agentRpc } from "../protocol/service.ts";
import { subscriptionFromWire, subscriptionToWire } from "../protocol/subscriptions.ts";
import type { HostClient } from "./host-client.ts";
import { HostStream } from "./host-stream.ts";
import { MessageRouter } from "./message-router.ts";
import { RoutingTable } from "./routing-table.ts";

/** Options of {@link GrpcWorkerAgentRuntimeHostServicer}. */
export interface GrpcWorkerAgentRuntimeHostServicerOptions {
  /** Where it is logged what could not be delivered. Default: nowhere. */
  readonly log?: LogSink | readonly LogSink[] | undefined;
  /**
   * Whether a call may be made, by its metadata: the place to check a token. A refused call ends with
   * `UNAUTHENTICATED`. Default: every call may.
   */
  readonly authorize?: ((metadata: Metadata) => boolean) | undefined;
  /** How long, in milliseconds, registrations of a worker without a channel are kept. Default: 5000. */
  readonly registrationGraceMs?: number | undefined;
}

/** The gRPC service of a host: it knows the workers and passes their messages on. For servers of one's own. */
export class GrpcWorkerAgentRuntimeHostServicer {
  readonly #table: RoutingTable;
  readonly #router: MessageRouter;
  readonly #logger: Logger | undefined;
  readonly #authorize: ((metadata: Metadata) => boolean) | undefined;

  constructor(options: GrpcWorkerAgentRuntimeHostServicerOptions = {}) {
    this.#logger = options.log === undefined ? undefined : getLogger(options.log);
    this.#authorize = options.authorize;
    this.#table = new RoutingTable(options.registrationGraceMs ?? 5000);
    this.#router = new MessageRouter(this.#table, this.#logger);
  }

  /** Adds the service `agents.AgentRpc` to a server. */
  addTo(server: Server): void {
    const implementation: UntypedServiceImplementation = {
      OpenChannel: (call: ServerDuplexStream<ChannelMessage, Partial<ChannelMessage>>) => this.#openChannel(call),
      OpenControlChannel: (call: ServerDuplexStream<ControlMessage, Partial<ControlMessage>>) =>
        this.#openControlChannel(call),
      RegisterAgent: this.#unary(({ type }: RegisterAgentTypeRequest, client) => this.#table.register(type, client)),
      AddSubscription: this.#unary(({ subscription }: AddSubscriptionRequest, client) =>
        this.#table.subscribe(subscriptionFromWire(subscription), client),
      ),
      RemoveSubscription: this.#unary(({ id }: RemoveSubscriptionRequest, client) => this.#unsubscribe(id, client)),
      GetSubscriptions: this.#unary((_: object): GetSubscriptionsResponse => ({
        subscriptions: this.#table.subscriptions.map(subscriptionToWire),
      })),
    };
    server.addService({ ...agentRpc }, implementation);
  }

  /** Forgets all workers. */
  close(): void {
    this.#table.clear();
  }

  #openChannel(call: ServerDuplexStream<ChannelMessage, Partial<ChannelMessage>>): void {
    const client = this.#enter(call);
    if (client === undefined) return;
    const stream = new HostStream(call, {
      message: (message) => this.#router.route(message, client),
      left: () => {
        // A worker that has opened a second channel is still there.
        if (client.channel !== stream) return;
        client.channel = undefined;
        this.#table.remove(client);
        this.#router.left(client);
        this.#logger?.info(`Worker ${client.id} is gone.`);
      },
    });
    clearTimeout(client.grace);
    const previous = client.channel;
    client.channel = stream;
    previous?.close();
    this.#logger?.info(`Worker ${client.id} is here.`);
  }

  #openControlChannel(call: ServerDuplexStream<ControlMessage, Partial<ControlMessage>>): void {
    const client = this.#enter(call);
    if (client === undefined) return;
    const stream = new HostStream(call, {
      message: (message) => this.#router.control(message, client),
      left: () => {
        if (client.control === stream) client.control = undefined;
      },
    });
    const previous = client.control;
    client.control = stream;
    previous?.close();
  }

  #unsubscribe(id: string, client: HostClient): void {
    const holder = this.#table.holderOf(id, client);
    if (holder === undefined) throw new Refusal(status.NOT_FOUND, `Subscription does not exist: ${id}.`);
    if (holder === "another") {
      throw new Refusal(status.PERMISSION_DENIED, `Subscription ${id} belongs to another worker.`);
    }
    this.#table.unsubscribe(id, client);
  }

  /** The worker that has opened a stream; a call that may not be made is ended. */
  #enter(
    call:
      | ServerDuplexStream<never, never>
      | ServerDuplexStream<ChannelMessage, Partial<ChannelMessage>>
      | ServerDuplexStream<ControlMessage, Partial<ControlMessage>>,
  ): HostClient | undefined {
    try {
      return this.#clientOf(call.metadata);
    } catch (error) {
      call.emit("error", statusOf(error));
      return undefined;
    }
  }

  #clientOf(metadata: Metadata): HostClient {
    if (this.#authorize?.(metadata) === false) throw new Refusal(status.UNAUTHENTICATED, "The call is not authorized.");
    const [id] = metadata.get(CLIENT_ID);
    if (typeof id !== "string") throw new Refusal(status.INVALID_ARGUMENT, "client-id metadata not found.");
    return this.#table.client(id);
  }

  #unary<Request>(
    answer: (request: Request, client: HostClient) => object | void,
  ): (call: ServerUnaryCall<Request, object>, done: sendUnaryData<object>) => void {
    return (call, done) => {
      try {
        done(null, answer(call.request, this.#clientOf(call.metadata)) ?? {});
      } catch (error) {
        done(statusOf(error));
      }
    };
  }
}

/** Ends a call with a status of gRPC. */
class Refusal extends Error {
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

function statusOf(error: unknown): Pick<ServiceError, "name" | "message" | "code" | "details"> {
  const details = error instanceof Error ? error.message : String(error);
  const code =
    error instanceof Refusal ? error.code : error instanceof ValueError ? status.INVALID_ARGUMENT : status.INTERNAL;
  return { name: "ServiceError", message: details, code, details };
}
