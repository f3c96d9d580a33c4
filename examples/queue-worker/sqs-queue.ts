/** Amazon SQS as the queue of a worker. */
import { isObject } from "@tesserae/core";
import type { Delivery, Outcome, Queue } from "./queue.ts";

/** What is needed of `new SQS()` from `@aws-sdk/client-sqs`. */
export interface Sqs {
  receiveMessage(
    input: {
      QueueUrl: string;
      MaxNumberOfMessages: number;
      VisibilityTimeout: number;
      WaitTimeSeconds: number;
      MessageSystemAttributeNames: "ApproximateReceiveCount"[];
    },
    options?: { abortSignal?: AbortSignal },
  ): Promise<{ Messages?: SqsMessage[] | undefined }>;
  changeMessageVisibility(input: {
    QueueUrl: string;
    ReceiptHandle: string;
    VisibilityTimeout: number;
  }): Promise<unknown>;
  deleteMessage(input: { QueueUrl: string; ReceiptHandle: string }): Promise<unknown>;
}

interface SqsMessage {
  readonly Body?: string | undefined;
  readonly ReceiptHandle?: string | undefined;
  readonly Attributes?: Partial<Record<string, string>> | undefined;
}

//#region sqs
/** Messages are `{"id": "…", "text": "…"}`. SQS keeps no results: the worker posts them. */
export class SqsQueue implements Queue {
  readonly #sqs: Sqs;
  readonly #url: string;

  constructor(sqs: Sqs, url: string) {
    this.#sqs = sqs;
    this.#url = url;
  }

  async take(leaseMs: number, options: { readonly signal?: AbortSignal } = {}): Promise<Delivery | undefined> {
    const input = {
      QueueUrl: this.#url,
      MaxNumberOfMessages: 1,
      VisibilityTimeout: seconds(leaseMs),
      WaitTimeSeconds: 20,
      MessageSystemAttributeNames: ["ApproximateReceiveCount" as const],
    };
    const { signal } = options;
    const asked = this.#sqs.receiveMessage(input, signal === undefined ? {} : { abortSignal: signal });
    const received = await asked.catch((error: unknown) => {
      if (signal?.aborted === true) return undefined;
      throw error;
    });
    const message = received?.Messages?.[0];
    if (message === undefined) return undefined;
    const body: unknown = JSON.parse(message.Body ?? "null");
    const { id, text } = isObject(body) ? body : {};
    if (typeof id !== "string" || typeof text !== "string") throw new Error(`No task in ${message.Body}.`);
    const attempt = Number(message.Attributes?.["ApproximateReceiveCount"] ?? 1);
    return { id, text, attempt, receipt: message.ReceiptHandle ?? "" };
  }

  extend({ receipt }: Delivery, leaseMs: number): Promise<boolean> {
    return this.#tell(receipt, leaseMs);
  }

  async finish({ receipt }: Delivery, outcome: Outcome): Promise<boolean> {
    if (outcome.type === "again") return this.#tell(receipt, outcome.delayMs);
    await this.#sqs.deleteMessage({ QueueUrl: this.#url, ReceiptHandle: receipt });
    return true;
  }

  /** A receipt that is over is refused. */
  async #tell(receipt: string, milliseconds: number): Promise<boolean> {
    const input = { QueueUrl: this.#url, ReceiptHandle: receipt, VisibilityTimeout: seconds(milliseconds) };
    return this.#sqs.changeMessageVisibility(input).then(
      () => true,
      () => false,
    );
  }
}

function seconds(milliseconds: number): number {
  return Math.ceil(milliseconds / 1000);
}
//#endregion
