/** One server-sent event. */
export interface SseEvent {
  /** The `event:` field; `"message"` when the server gave none. */
  readonly event: string;
  /** The `data:` lines, joined by a line feed. */
  readonly data: string;
  /** The last `id:` seen on the stream so far; `""` before the first. */
  readonly id: string;
}
