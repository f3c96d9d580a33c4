import { randomUUID } from "node:crypto";
import type { BullJob, BullWorker } from "../../examples/queue-worker/bullmq-queue.ts";
import type { Sqs } from "../../examples/queue-worker/sqs-queue.ts";

interface Entry {
  readonly id: string;
  readonly body: string;
  visibleAt: number;
  count: number;
  receipt: string;
}

/** Gives each entry to one at a time; what all queues have in common. */
class Entries {
  readonly #entries = new Map<string, Entry>();

  add(id: string, body: string): void {
    this.#entries.set(id, { id, body, visibleAt: 0, count: 0, receipt: "" });
  }

  take(receipt: string, leaseMs: number): Entry | undefined {
    const now = Date.now();
    const entry = [...this.#entries.values()].find(({ visibleAt }) => visibleAt <= now);
    if (entry === undefined) return undefined;
    entry.visibleAt = now + leaseMs;
    entry.count += 1;
    entry.receipt = receipt;
    return entry;
  }

  ours(receipt: string): Entry {
    const entry = [...this.#entries.values()].find((one) => one.receipt === receipt && one.visibleAt > Date.now());
    if (entry === undefined) throw new Error("The receipt is over.");
    return entry;
  }

  remove({ id }: Entry): void {
    this.#entries.delete(id);
  }
}

/** What SQS does with the calls that our adapter makes: visibility in whole seconds, a receipt each time. */
export class SqsDouble implements Sqs {
  readonly #entries = new Entries();

  add(id: string, text: string): void {
    this.#entries.add(id, JSON.stringify({ id, text }));
  }

  async receiveMessage(input: Parameters<Sqs["receiveMessage"]>[0]): ReturnType<Sqs["receiveMessage"]> {
    const entry = this.#entries.take(randomUUID(), 1000 * whole(input.VisibilityTimeout));
    if (entry === undefined) return {};
    const { body, receipt, count } = entry;
    return {
      Messages: [{ Body: body, ReceiptHandle: receipt, Attributes: { ApproximateReceiveCount: String(count) } }],
    };
  }

  async changeMessageVisibility(input: Parameters<Sqs["changeMessageVisibility"]>[0]): Promise<void> {
    const entry = this.#entries.ours(input.ReceiptHandle);
    entry.visibleAt = Date.now() + 1000 * whole(input.VisibilityTimeout);
  }

  async deleteMessage(input: Parameters<Sqs["deleteMessage"]>[0]): Promise<void> {
    this.#entries.remove(this.#entries.ours(input.ReceiptHandle));
  }
}

/** What BullMQ does with the calls that our adapter makes. */
export class BullDouble implements BullWorker {
  readonly ended: unknown[] = [];
  readonly #lockDuration: number;
  readonly #entries = new Entries();

  constructor(lockDuration: number) {
    this.#lockDuration = lockDuration;
  }

  add(id: string, text: string): void {
    this.#entries.add(id, text);
  }

  async getNextJob(token: string): Promise<BullJob | undefined> {
    const entry = this.#entries.take(token, this.#lockDuration);
    if (entry === undefined) return undefined;
    const end = async (receipt: string, what: unknown): Promise<void> => {
      this.#entries.remove(this.#entries.ours(receipt));
      this.ended.push(what);
    };
    return {
      id: entry.id,
      data: { text: entry.body },
      attemptsStarted: entry.count,
      extendLock: async (receipt, milliseconds) => {
        if (entry.receipt !== receipt) return 0;
        entry.visibleAt = Date.now() + milliseconds;
        return 1;
      },
      moveToCompleted: (value, receipt) => end(receipt, value),
      moveToFailed: (error, receipt) => end(receipt, error.message),
      moveToDelayed: async (timestamp, receipt) => {
        this.#entries.ours(receipt).visibleAt = timestamp;
        entry.receipt = "";
      },
    };
  }
}

function whole(seconds: number): number {
  if (!Number.isInteger(seconds) || seconds < 0) throw new Error(`${seconds} is no number of seconds.`);
  return seconds;
}
