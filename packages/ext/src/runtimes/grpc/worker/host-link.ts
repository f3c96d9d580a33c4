import { UndeliverableException, type Logger, type Subscription } from "@tesserae/core";
import type { ChannelMessage, ControlMessage } from "../protocol/messages.ts";
import { HostConnection, type HostSettings } from "./host-connection.ts";

/** Whether a worker has its host. `reconnecting` is told before each attempt. */
export type ConnectionState = "connected" | "reconnecting" | "closed";

/** How long a worker waits before it tries to reach its host again. */
export interface ReconnectOptions {
  /** Milliseconds before the first attempt, about. Twice as many before each further one. Default: 100. */
  readonly initialMs?: number | undefined;
  /** The most that is waited, in milliseconds. Default: 5000. */
  readonly maxMs?: number | undefined;
}

/** What the link is for. */
export interface LinkParts {
  readonly settings: HostSettings;
  readonly reconnect: ReconnectOptions;
  readonly logger: Logger | undefined;
  readonly message: (message: ChannelMessage, connection: HostConnection) => void;
  readonly control: (message: ControlMessage, connection: HostConnection) => void;
  /** What the host must know of the worker. */
  readonly registrations: () => { readonly types: Iterable<string>; readonly subscriptions: Iterable<Subscription> };
  readonly stateChanged: (state: ConnectionState, error?: unknown) => void;
  /** Answers can no longer come. */
  readonly lost: (error: Error) => void;
}

/** Keeps a worker connected to its host: a connection that is lost is made anew, under a new id. */
export class HostLink {
  readonly #parts: LinkParts;
  #connection: HostConnection | undefined;
  #wake: (() => void) | undefined;
  #closed = false;

  constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  /** @throws UndeliverableException while there is no connection. */
  get connection(): HostConnection {
    if (this.#connection !== undefined) return this.#connection;
    throw new UndeliverableException(`There is no connection to the host at ${this.#parts.settings.address}.`);
  }

  /** Connects for the first time. @throws UndeliverableException when the host is not reached. */
  async open(): Promise<void> {
    await this.#connect();
    this.#parts.stateChanged("connected");
  }

  /** Resolves when the host has handled all that was sent, and what it has passed on by then is here. */
  async flush(): Promise<void> {
    await this.#connection?.flush();
  }

  /** Leaves the host, when it has got all that was sent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#wake?.();
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.flush();
    connection?.close();
    this.#parts.lost(new UndeliverableException("The worker has left its host: its runtime stopped."));
    this.#parts.stateChanged("closed");
  }

  async #connect(): Promise<void> {
    const { settings, message, control, registrations } = this.#parts;
    let lostEarly: Error | undefined;
    const connection = await HostConnection.open(settings, {
      message: (each) => message(each, connection),
      control: (each) => control(each, connection),
      lost: (error) => {
        if (this.#connection === connection) this.#lost(error);
        else lostEarly = error;
      },
    });
    try {
      const { types, subscriptions } = registrations();
      for (const type of types) await connection.registerAgent(type);
      for (const subscription of subscriptions) await connection.addSubscription(subscription);
      if (lostEarly !== undefined) throw lostEarly;
      if (this.#closed) throw new UndeliverableException("The worker was stopped while it was connecting.");
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#connection = connection;
  }

  #lost(error: Error): void {
    this.#connection = undefined;
    this.#parts.logger?.error("The connection to the host is lost.", error);
    this.#parts.lost(error);
    void this.#reconnect(error);
  }

  async #reconnect(error: unknown): Promise<void> {
    const { logger, reconnect, stateChanged } = this.#parts;
    const { initialMs = 100, maxMs = 5000 } = reconnect;
    let reason = error;
    for (let attempt = 0; !this.#closed; attempt += 1) {
      stateChanged("reconnecting", reason);
      // Between half and all of it, so that not all workers come at once.
      await this.#sleep(Math.min(maxMs, initialMs * 2 ** attempt) * (0.5 + Math.random() / 2));
      if (this.#closed) return;
      try {
        // The host may still list the old connection, and refuse the agent types until it has noticed.
        await this.#connect();
        stateChanged("connected");
        return;
      } catch (failure) {
        reason = failure;
        logger?.warning("The host cannot be reached yet.", failure);
      }
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
    });
  }
}
