import { randomUUID } from "node:crypto";
import {
  Client,
  Metadata,
  type ChannelCredentials,
  type ChannelOptions,
  type ClientDuplexStream,
  type StatusObject,
} from "@grpc/grpc-js";
import { UndeliverableException, ValueError, type Subscription } from "@tesserae/core";
import type { ChannelMessage, ControlMessage } from "../protocol/messages.ts";
import { CLIENT_ID, agentRpc, type Method } from "../protocol/service.ts";
import { subscriptionToWire } from "../protocol/subscriptions.ts";

/** The key of a request's metadata that marks it as one of {@link HostConnection.flush}. */
const PROBE = "probe";

/** How a worker reaches its host. */
export interface HostSettings {
  readonly address: string;
  readonly credentials: ChannelCredentials;
  readonly metadata: Readonly<Record<string, string>>;
  readonly channelOptions: ChannelOptions;
  /** In milliseconds; for connecting, and for each registration. */
  readonly timeoutMs: number;
}

/** Who hears what comes from the host. */
export interface HostListener {
  readonly message: (message: ChannelMessage) => void;
  readonly control: (message: ControlMessage) => void;
  /** The channel has ended, and nobody here has closed it. */
  readonly lost: (error: Error) => void;
}

/** One connection of a worker to its host, under an id of its own. */
export class HostConnection {
  readonly clientId: string = randomUUID();
  /** What the host knows of this connection. */
  readonly agentTypes: Set<string> = new Set();
  readonly #client: Client;
  readonly #metadata = new Metadata();
  readonly #timeoutMs: number;
  readonly #channel: ClientDuplexStream<Partial<ChannelMessage>, ChannelMessage>;
  readonly #control: ClientDuplexStream<Partial<ControlMessage>, ControlMessage>;
  readonly #maxBytes: number;
  readonly #listener: HostListener;
  /** Called when the probe that goes through the host comes back. */
  readonly #probes = new Map<string, () => void>();
  #open = true;

  /** @throws UndeliverableException when the host is not reached in time. */
  static async open(settings: HostSettings, listener: HostListener): Promise<HostConnection> {
    const client = new Client(settings.address, settings.credentials, settings.channelOptions);
    try {
      await new Promise<void>((resolve, reject) => {
        client.waitForReady(Date.now() + settings.timeoutMs, (error) => (error ? reject(error) : resolve()));
      });
      return new HostConnection(client, settings, listener);
    } catch (error) {
      client.close();
      throw new UndeliverableException(`The host at ${settings.address} cannot be reached.`, { cause: error });
    }
  }

  private constructor(client: Client, settings: HostSettings, listener: HostListener) {
    this.#client = client;
    this.#listener = listener;
    this.#timeoutMs = settings.timeoutMs;
    const maxBytes: unknown = settings.channelOptions["grpc.max_send_message_length"];
    this.#maxBytes = typeof maxBytes === "number" && maxBytes >= 0 ? maxBytes : Infinity;
    for (const [key, value] of Object.entries(settings.metadata)) this.#metadata.set(key, value);
    this.#metadata.set(CLIENT_ID, this.clientId);
    // No headers come back before the first message, so nothing is waited for.
    this.#channel = this.#stream(agentRpc.OpenChannel);
    // As many as publish at once may wait for it to drain.
    this.#channel.setMaxListeners(0);
    this.#channel.on("data", (message: ChannelMessage) => this.#take(message));
    this.#channel.on("status", ({ details, code }: StatusObject) => {
      if (!this.#open) return;
      this.close();
      const reason = details === "" ? `status ${code}` : details;
      listener.lost(new UndeliverableException(`The channel to the host at ${settings.address} has ended: ${reason}`));
    });
    this.#control = this.#stream(agentRpc.OpenControlChannel);
    this.#control.on("data", listener.control);
  }

  /** @throws ValueError with the host's words when it refuses. */
  async registerAgent(type: string): Promise<void> {
    if (this.agentTypes.has(type)) return;
    await this.#call(agentRpc.RegisterAgent, { type });
    this.agentTypes.add(type);
  }

  /** @throws ValueError with the host's words when it refuses. */
  async addSubscription(subscription: Subscription): Promise<void> {
    await this.#call(agentRpc.AddSubscription, { subscription: subscriptionToWire(subscription) });
  }

  /** @throws ValueError with the host's words when it refuses. */
  async removeSubscription(id: string): Promise<void> {
    await this.#call(agentRpc.RemoveSubscription, { id });
  }

  /**
   * Resolves when the message is on its way: at once, or when the host takes more.
   * @throws ValueError for a message above `grpc.max_send_message_length`.
   */
  send(message: Partial<ChannelMessage>): Promise<void> {
    if (this.#maxBytes !== Infinity) {
      const size = agentRpc.OpenChannel.requestSerialize(message).length;
      if (size > this.#maxBytes) {
        return Promise.reject(new ValueError(`The message has ${size} bytes; at most ${this.#maxBytes} are sent.`));
      }
    }
    if (!this.#open || this.#channel.write(message)) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.#channel.off("drain", done);
        this.#channel.off("status", done);
        resolve();
      };
      this.#channel.on("drain", done);
      this.#channel.on("status", done);
    });
  }

  sendControl(message: ControlMessage): void {
    if (this.#open) this.#control.write(message);
  }

  /**
   * Resolves when the host has handled all that was sent, and what it has passed on by then is here; at the latest when
   * the time is up or the connection lost. A request to this worker itself goes through the host, behind everything.
   */
  async flush(): Promise<void> {
    const [type = `flush_${this.clientId}`] = this.agentTypes;
    const id = randomUUID();
    try {
      await this.registerAgent(type);
    } catch {
      return;
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.#timeoutMs);
      this.#probes.set(id, () => {
        clearTimeout(timer);
        resolve();
      });
      const target = { type, key: "" };
      const metadata = new Map([[PROBE, id]]);
      const payload = undefined;
      void this.send({ request: { requestId: id, source: undefined, target, method: "", payload, metadata } });
      if (!this.#open) this.#probes.get(id)?.();
    });
    this.#probes.delete(id);
  }

  /** Leaves: only a call that is cancelled makes a host forget its worker. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const done of this.#probes.values()) done();
    this.#channel.cancel();
    this.#control.cancel();
    this.#client.close();
  }

  #take(message: ChannelMessage): void {
    const probe = message.request?.metadata.get(PROBE);
    if (probe === undefined) this.#listener.message(message);
    else this.#probes.get(probe)?.();
  }

  #stream<Each>(method: Method<Each, Each>): ClientDuplexStream<Partial<Each>, Each> {
    const { path, requestSerialize, responseDeserialize } = method;
    const stream = this.#client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, this.#metadata);
    // Its end is told by the status; without a listener the process would end.
    stream.on("error", () => undefined);
    return stream;
  }

  #call<Request, Response>(
    method: Method<Request, Response>,
    request: Partial<Request>,
  ): Promise<Response | undefined> {
    const { path, requestSerialize, responseDeserialize } = method;
    const deadline = Date.now() + this.#timeoutMs;
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        this.#metadata,
        { deadline },
        (error, value) => (error === null ? resolve(value) : reject(new ValueError(error.details, { cause: error }))),
      );
    });
  }
}
