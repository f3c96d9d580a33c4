import type { Received } from "./actor.ts";

/** A worker whose actors do as they are told, in either language. */
export interface WorkerPeer {
  readonly heard: Heard;
  register(type: string): Promise<void>;
  /** Resolves with the id of the subscription. */
  subscribe(topic: string, type: string, prefix?: boolean): Promise<string>;
  unsubscribe(id: string): Promise<void>;
  /** Resolves with the content of the answer, or the name of its type when it has none. */
  send(to: string, content: string): Promise<string>;
  publish(topic: string, content: string): Promise<void>;
  stop(): Promise<void>;
  /** Ends it without a word to the host. */
  kill(): Promise<void>;
}

/** A host, in either language. */
export interface HostPeer {
  readonly address: string;
  stop(): Promise<void>;
}

/** What the actors of a worker have got. */
export class Heard {
  readonly #all: Received[] = [];
  readonly #watchers = new Set<() => void>();

  readonly tell = (received: Received): void => {
    this.#all.push(received);
    for (const check of this.#watchers) check();
  };

  by(agent: string): readonly Received[] {
    return this.#all.filter((each) => each.agent === agent);
  }

  /** What agents of a type have got, as `agent content`. */
  ofType(type: string): readonly string[] {
    return this.#all
      .filter(({ agent }) => agent.startsWith(`${type}/`))
      .map((each) => `${each.agent} ${each.received}`);
  }

  /** Resolves when an agent has got so many messages. */
  async times(agent: string, count: number): Promise<readonly Received[]> {
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (this.by(agent).length < count) return;
        this.#watchers.delete(check);
        resolve();
      };
      this.#watchers.add(check);
      check();
    });
    return this.by(agent);
  }
}
