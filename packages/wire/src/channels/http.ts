/**
 * `tesserae:http`, a plain channel: one request that the model clients' own transport is about to send, in the context of
 * the call that it is for. Who wants to see the answer hands over an observer before the publishing returns.
 */
export interface HttpRequestPayload {
  readonly method: string;
  /** `http:` or `https:`. */
  readonly protocol: string;
  /** With its port, where that is not the scheme's own. */
  readonly host: string;
  /** With its query. */
  readonly path: string;
  readonly body: string | Uint8Array;
  observe(observer: HttpObserver): void;
}

/** Sees what becomes of one request: `answered`, bytes, then one of the other three. Must not throw. */
export interface HttpObserver {
  answered(status: number, headers: Readonly<Record<string, string | readonly string[] | undefined>>): void;
  /** Bytes of the body as they came, which may be packed. They are another's when this returns. */
  received(bytes: Uint8Array): void;
  ended(): void;
  /** The caller gave up. */
  cancelled(): void;
  failed(error: unknown): void;
}
