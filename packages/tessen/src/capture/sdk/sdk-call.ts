import type { CallSite, EventAttempt, EventError } from "../../events/tessen-event.ts";
import type { FinishedCall } from "../../recorder/finished-call.ts";
import { parseText } from "../../recorder/raw.ts";
import { Answer, type AnswerFacts } from "../answer.ts";
import { modelEndpoint, otherEndpoint, type Endpoint } from "../classify.ts";
import { eventError, failureOf, NO_ANSWER } from "../failure.ts";
import type { Frame } from "../frame.ts";
import type { OpenCall } from "../open-calls.ts";
import type { Session } from "../session.ts";
import { Attempt } from "./attempt.ts";
import { ObjectInTheMaking } from "./sdk-objects.ts";
import type { TrunkResult } from "./shapes.ts";
import type { Vendor } from "./vendors.ts";

/** What is known of a call when it begins. */
export interface SdkCallInit {
  readonly vendor: Vendor;
  readonly frame: Frame;
  readonly options: unknown;
  readonly callSite: CallSite | null;
  /** What the method of a resource asks at which the call was seen; undefined for one that was seen at the trunk. */
  readonly leaf?: Endpoint;
}

/** One logical call of an SDK: all its attempts, and its one answer. */
export class SdkCall implements OpenCall {
  /** However long an answer takes to begin, it is waited for. */
  readonly lastActivity: number = Infinity;
  readonly #session: Session;
  readonly #vendor: Vendor;
  readonly #frame: Frame;
  readonly #callSite: CallSite | null;
  readonly #leaf: Endpoint | undefined;
  readonly #startedAt = Date.now();
  readonly #began = performance.now();
  readonly #attempts: Attempt[] = [];
  /** The options as the SDK resolved them; the same object comes again with each retry. */
  #options: unknown;
  #making: Promise<unknown> | undefined;
  #isAnswered = false;
  #isOver = false;

  constructor(session: Session, { vendor, frame, options, callSite, leaf }: SdkCallInit) {
    this.#session = session;
    this.#vendor = vendor;
    this.#frame = frame;
    this.#callSite = callSite;
    this.#leaf = leaf;
    this.#options = options;
    // The framework records its calls itself.
    if (frame.leaf === undefined) session.open.add(this);
    else frame.leaf.opened(this);
    if (options instanceof Promise) {
      void options.then(
        (resolved: unknown) => {
          this.#options = resolved;
        },
        () => {
          // The trunk waits for the same promise, and fails with it.
        },
      );
    }
  }

  /** True for the options that this call was made with. */
  isFor(options: unknown): boolean {
    return options === this.#options;
  }

  /** A request is about to be sent. */
  attempt(url: unknown, init: unknown): Attempt {
    const address =
      typeof url === "string" ? url : url instanceof URL ? url.href : url instanceof Request ? url.url : "";
    const attempt = new Attempt(
      this.#session.addresses.of(address),
      typeof init === "object" && init !== null ? init : {},
    );
    this.#attempts.push(attempt);
    return attempt;
  }

  /** The SDK makes an object of the answer, which its caller gets. */
  reads(making: Promise<unknown>): void {
    this.#making = making;
  }

  /** The trunk resolved: the answer is there, and nobody has read it yet. */
  resolved(result: TrunkResult): void {
    const { response, controller } = result;
    this.#isAnswered = true;
    this.#session.open.delete(this);
    const endpoint = this.#endpoint();
    if (endpoint === undefined || this.#isOver) return;
    this.#session.objects?.resolved(result, this);
    const answer = new Answer({
      session: this.#session,
      contentType: response.headers.get("content-type") ?? undefined,
      protocol: endpoint.protocol,
      began: this.#began,
      done: (facts) => this.#finish(endpoint, response.status, facts),
    });
    this.#frame.leaf?.opened(answer);
    // An SDK does not read a body that has no bytes.
    const isEmpty = response.status === 204 || response.headers.get("content-length") === "0";
    const { streamed } = answer.body;
    const { responses } = this.#session;
    const isSeen =
      !isEmpty && (streamed ? responses.observePieces(response, answer) : responses.observe(response, answer));
    if (!isSeen) {
      // A body that is of no known kind is the SDK's to read.
      if (!isEmpty && response.body !== null && response.body !== undefined) answer.unreadable();
      answer.ended();
    } else if (streamed) controller?.signal.addEventListener("abort", () => answer.aborted(), { once: true });
  }

  /** The trunk rejected, after all retries. */
  rejected(error: unknown): void {
    this.#session.open.delete(this);
    const endpoint = this.#endpoint();
    if (endpoint === undefined) return;
    const last = this.#attempts.at(-1);
    const failure = failureOf(error);
    // A caller that gives up while the SDK waits has no answer, whatever an earlier attempt got.
    const status = failure === "aborted" ? undefined : last?.status;
    const facts: AnswerFacts = {
      status: "error",
      error: { ...eventError(error, status ?? null), ...bodyOf(last?.errorText) },
      failure: status === undefined ? failure : undefined,
      streamed: this.#isStreamed(),
    };
    this.#finish(endpoint, status, facts);
  }

  /** Nobody will see an answer, whatever an earlier attempt got. */
  close(): void {
    this.#session.open.delete(this);
    // Of a call of the framework's it is closed beside its answer.
    const endpoint = this.#isAnswered ? undefined : this.#endpoint();
    if (endpoint === undefined) return;
    const streamed = this.#isStreamed();
    this.#attempts.at(-1)?.unanswered();
    this.#finish(endpoint, undefined, { status: "error", error: NO_ANSWER, failure: "aborted", streamed });
  }

  #finish(endpoint: Endpoint, httpStatus: number | undefined, facts: AnswerFacts): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const last = this.#attempts.at(-1);
    const { provider, name } = this.#vendor;
    const url = last?.address.url;
    const found = last?.address.provider;
    const version = last?.requestHeaders?.get("x-stainless-package-version");
    const call: FinishedCall = {
      tier: 1,
      provider: found === undefined || found === "custom" ? provider : found,
      surface: endpoint.surface,
      protocol: endpoint.protocol,
      method: last?.method ?? "POST",
      ...(url === undefined ? {} : { url }),
      callSite: this.#callSite,
      startedAt: this.#startedAt,
      durationMs: performance.now() - this.#began,
      httpStatus,
      attempts: this.#attemptEvents(),
      model: modelOf(this.#options),
      requestText: last?.requestText,
      responseHeaders: last?.responseHeaders,
      requestHeaders: last?.requestHeaders,
      sdk: version === undefined ? undefined : { name, version },
      ...facts,
      ...(this.#leaf !== undefined ? { leaf: true } : {}),
    };
    const making = this.#making;
    if (making === undefined || call.streamed || call.status === "error") this.#session.finish(call, this.#frame);
    else this.#finishWith(making, call);
    // A kept connection remembers the context in which it was made, and with it this call.
    this.#attempts.length = 0;
    this.#options = undefined;
  }

  #finishWith(making: Promise<unknown>, call: FinishedCall): void {
    const session = this.#session;
    const frame = this.#frame;
    const done = (sdkObject: string | undefined): void => session.finish({ ...call, sdkObject }, frame);
    const waiting = new ObjectInTheMaking(making, session.open, done);
    frame.leaf?.opened(waiting);
  }

  /** One request that went well is no news, but where each is an event. */
  #attemptEvents(): EventAttempt[] {
    if (!this.#session.attemptEvents && this.#attempts.length === 1 && this.#attempts[0]?.isFailed === false) return [];
    return this.#attempts.map((attempt, at) => attempt.toEvent(at + 1, this.#attempts[at + 1]));
  }

  /** Undefined for what is no call of a model. */
  #endpoint(): Endpoint | undefined {
    const last = this.#attempts.at(-1);
    const { method, path } =
      last === undefined ? addressOf(this.#options) : { method: last.method, path: last.address.path };
    const known = last?.method === "POST" ? last.address.endpoint : modelEndpoint(method, path);
    if (known !== undefined) return known;
    // A call that failed before it was sent has no address.
    if (last === undefined && this.#leaf !== undefined) {
      return this.#leaf.protocol !== undefined || modelOf(this.#options) !== undefined ? this.#leaf : undefined;
    }
    // A new operation of the vendor's is a model's when it names one.
    const isModels = method.toUpperCase() === "POST" && modelOf(this.#options) !== undefined;
    return isModels || this.#session.captureAll ? otherEndpoint(method, path) : undefined;
  }

  #isStreamed(): boolean {
    return member(this.#options, "stream") === true;
  }
}

function addressOf(options: unknown): { method: string; path: string } {
  const [method, path] = [member(options, "method"), member(options, "path")];
  return { method: typeof method === "string" ? method : "", path: typeof path === "string" ? path : "" };
}

function modelOf(options: unknown): string | undefined {
  const model = member(member(options, "body"), "model");
  return typeof model === "string" ? model : undefined;
}

function bodyOf(text: string | undefined): Pick<EventError, "body"> {
  if (text === undefined || text === "") return {};
  return { body: parseText(text) ?? text };
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
