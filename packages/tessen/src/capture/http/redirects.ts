import type { CallSite } from "../../events/tessen-event.ts";
import type { Frame } from "../frame.ts";
import type { OpenCall, OpenCalls } from "../open-calls.ts";

/** What a request that follows a redirect goes on with. */
export interface CallSoFar {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** The same by `performance.now()`. */
  readonly began: number;
  readonly callSite: CallSite | null;
}

const STATUSES: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Where an answer sends its caller; `undefined` for an answer that is none of a redirect. */
export function redirectTarget(status: number, location: string | undefined, url: string): string | undefined {
  if (location === undefined || !STATUSES.has(status)) return undefined;
  return addressOf(URL.parse(location, url));
}

/**
 * Joins the requests of one call that was sent elsewhere. A client that follows does so at once, in the context of the
 * first request; where none follows, the answer that says so is the call's own.
 */
export class Redirects {
  readonly #waiting = new Map<string, Redirection[]>();
  readonly #open: OpenCalls;

  constructor(open: OpenCalls) {
    this.#open = open;
  }

  /** A call may go on at an address. */
  expect(target: string, frame: Frame, call: CallSoFar): Redirection {
    const made = new Redirection(call, frame, this.#open, () => this.#forget(target, made));
    this.#waiting.set(target, [...(this.#waiting.get(target) ?? []), made]);
    return made;
  }

  /** The call that a new request goes on with; `undefined` for one that begins a call. */
  follow(url: string, frame: Frame): CallSoFar | undefined {
    if (this.#waiting.size === 0) return undefined;
    const address = addressOf(URL.parse(url));
    const found = this.#waiting.get(address ?? "")?.find((waiting) => waiting.frame === frame);
    found?.followed();
    return found?.call;
  }

  #forget(target: string, gone: Redirection): void {
    const left = this.#waiting.get(target)?.filter((waiting) => waiting !== gone) ?? [];
    if (left.length === 0) this.#waiting.delete(target);
    else this.#waiting.set(target, left);
  }
}

/** A call that was sent elsewhere, while nobody knows whether its caller goes there. */
export class Redirection implements OpenCall {
  readonly lastActivity: number = performance.now();
  readonly call: CallSoFar;
  readonly frame: Frame;
  readonly #open: OpenCalls;
  readonly #forget: () => void;
  #isFollowed = false;
  #record: (() => void) | undefined;

  constructor(call: CallSoFar, frame: Frame, open: OpenCalls, forget: () => void) {
    this.call = call;
    this.frame = frame;
    this.#open = open;
    this.#forget = forget;
  }

  /** Another request goes on with the call, and is what will be recorded. */
  followed(): void {
    this.#isFollowed = true;
    this.#record = undefined;
    this.#leave();
  }

  /** The answer is over. It is recorded if nobody has followed it in a moment. */
  over(record: () => void): void {
    if (this.#isFollowed) return;
    this.#record = record;
    this.#open.add(this);
    setImmediate(() => this.close());
  }

  close(): void {
    const record = this.#record;
    this.#record = undefined;
    this.#leave();
    record?.();
  }

  #leave(): void {
    this.#forget();
    this.#open.delete(this);
  }
}

/** Without what is not sent. */
function addressOf(url: URL | null): string | undefined {
  if (url === null) return undefined;
  url.hash = "";
  return url.href;
}
