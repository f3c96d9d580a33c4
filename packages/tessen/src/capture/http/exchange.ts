import { isUtf8 } from "node:buffer";
import type { EventAttempt } from "../../events/tessen-event.ts";
import type { FinishedCall, HeaderLookup } from "../../recorder/finished-call.ts";
import { requestIdIn } from "../../recorder/headers.ts";
import { member, parseText, textAt } from "../../recorder/raw.ts";
import { Answer, type AnswerFacts } from "../answer.ts";
import type { Endpoint } from "../classify.ts";
import { errorCodeOf, eventError, failureOf, GIVEN_UP, NO_ANSWER } from "../failure.ts";
import type { Frame } from "../frame.ts";
import type { OpenCall } from "../open-calls.ts";
import type { Session } from "../session.ts";
import { PackedBody } from "./content-decoding.ts";
import { redirectTarget, type CallSoFar, type Redirection } from "./redirects.ts";

/** What is known of a request when it is made. */
export interface ExchangeRequest {
  readonly provider: string;
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly url: string;
  /** The call that it is of, which other requests may have begun. */
  readonly call: CallSoFar;
}

/** So much of the body of a request is kept. */
const MAX_REQUEST_BYTES = 64 * 1024 * 1024;

/** One request and its answer, seen at the level of HTTP: a call of its own, unless it belongs to one of the framework. */
export class Exchange implements OpenCall {
  /** However long an answer takes to begin, it is waited for. */
  readonly lastActivity: number = Infinity;
  readonly #session: Session;
  readonly #frame: Frame;
  readonly #request: ExchangeRequest;
  readonly #startedAt = Date.now();
  readonly #began = performance.now();
  readonly #sent: Uint8Array[] = [];
  #sentBytes = 0;
  #answer: Answer | undefined;
  #status: number | undefined;
  #headers: HeaderLookup | undefined;
  #headersAt: number | undefined;
  #packed: PackedBody | undefined;
  #redirection: Redirection | undefined;
  #hasAnswer = false;
  #isGivenUp = false;
  #isOver = false;

  constructor(session: Session, frame: Frame, request: ExchangeRequest) {
    this.#session = session;
    this.#frame = frame;
    this.#request = request;
    // The framework records its calls itself.
    if (frame.leaf === undefined) session.open.add(this);
    else frame.leaf.opened(this);
  }

  /** Bytes of the request's body. */
  sent(chunk: Uint8Array | string, encoding?: BufferEncoding): void {
    // A copy, as its owner may reuse it.
    const bytes = typeof chunk === "string" ? Buffer.from(chunk, encoding) : new Uint8Array(chunk);
    this.#sentBytes += bytes.byteLength;
    if (this.#sentBytes <= MAX_REQUEST_BYTES) this.#sent.push(bytes);
  }

  /** The answer's headers are here. */
  answered(status: number, headers: HeaderLookup): void {
    this.#session.open.delete(this);
    this.#status = status;
    this.#headers = headers;
    this.#headersAt = performance.now();
    this.#packed = PackedBody.of(headers.get("content-encoding"));
    const isGood = this.#expectAnother(status, headers) || status < 300;
    this.#hasAnswer = isGood;
    this.#answer = new Answer({
      session: this.#session,
      contentType: headers.get("content-type"),
      protocol: isGood ? this.#request.endpoint.protocol : undefined,
      began: this.#request.call.began,
      closing: () => this.#unpack(),
      done: (facts) => this.#finish(isGood ? facts : this.#refusal(status, facts)),
    });
    this.#frame.leaf?.opened(this.#answer);
  }

  /** Bytes of the answer's body, as they came over the wire. */
  received(chunk: Uint8Array): void {
    if (this.#packed === undefined) {
      this.#answer?.chunk(chunk);
      return;
    }
    this.#answer?.arrived();
    this.#packed.push(chunk);
  }

  /** The answer came to its end. */
  ended(): void {
    this.#unpack();
    this.#answer?.ended();
  }

  /** The caller gave up on the answer. */
  cancelled(): void {
    this.#isGivenUp = true;
    this.#unpack();
    this.#answer?.cancelled();
  }

  /** The caller gives the request up: whatever error comes of that is no fault of the connection. */
  givenUp(): void {
    this.#isGivenUp = true;
  }

  /** No answer, or only a part of one. */
  failed(error: unknown): void {
    if (this.#answer !== undefined) {
      this.#unpack();
      if (this.#isGivenUp) this.#answer.aborted();
      else this.#answer.failed(error);
      return;
    }
    const failure = this.#isGivenUp ? "aborted" : (failureOf(error) ?? "connection");
    this.#finish({ status: "error", error: eventError(error), failure, streamed: false }, error);
  }

  /** Nobody will see an answer. The caller may have given it up: undici tells that only when it has a connection. */
  close(): void {
    // Of a call of the framework's it is closed beside its answer.
    if (this.#answer !== undefined) return;
    this.#isGivenUp = true;
    this.#finish({ status: "error", error: NO_ANSWER, failure: "aborted", streamed: false }, NO_ANSWER);
  }

  #unpack(): void {
    const packed = this.#packed;
    if (packed === undefined) return;
    this.#packed = undefined;
    const bytes = packed.unpacked();
    if (bytes === undefined) this.#answer?.unreadable();
    else this.#answer?.chunk(bytes);
  }

  /**
   * Waits for the request that follows a redirect. True where it would go to a host that is not recorded: nobody sees then
   * what comes of the call. A redirect that should have been seen to be followed is no answer of a model.
   */
  #expectAnother(status: number, headers: HeaderLookup): boolean {
    const { url, call } = this.#request;
    const target = redirectTarget(status, headers.get("location"), url);
    if (target === undefined) return false;
    this.#redirection = this.#session.redirects.expect(target, this.#frame, call);
    return this.#session.hosts.providerOf(new URL(target).host) === undefined;
  }

  /** The facts of an answer that says no. */
  #refusal(status: number, facts: AnswerFacts): AnswerFacts {
    const body = facts.response ?? this.#answer?.body.text;
    const error = {
      type: "HttpError",
      msg: `The provider answered with HTTP status ${status}.`,
      tb: null,
      status_code: status,
      ...(body === undefined || body === "" ? {} : { body }),
    };
    return { status: "error", streamed: false, error, bodyUnavailable: facts.bodyUnavailable };
  }

  #finish(facts: AnswerFacts, error?: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#session.open.delete(this);
    const { provider, endpoint, method, url, call: whole } = this.#request;
    const text = this.#sent.length === 0 ? undefined : textOf(Buffer.concat(this.#sent));
    const body = parseText(text);
    const call: FinishedCall = {
      tier: 3,
      provider,
      surface: endpoint.surface,
      protocol: endpoint.protocol,
      method,
      url,
      callSite: whole.callSite,
      startedAt: whole.startedAt,
      durationMs: performance.now() - whole.began,
      httpStatus: this.#status,
      attempts: [this.#attempt(error)],
      model: textAt(body, "model") ?? modelOfPath(url),
      requestText: text,
      responseHeaders: this.#headers,
      ...facts,
      // What is refused was still asked for as a stream.
      streamed: this.#hasAnswer ? facts.streamed : member(body, "stream") === true,
    };
    const record = (): void => this.#session.finish(call, this.#frame);
    if (this.#redirection === undefined) record();
    else this.#redirection.over(record);
  }

  #attempt(error: unknown): EventAttempt {
    const code = error === undefined ? undefined : this.#isGivenUp ? GIVEN_UP : (errorCodeOf(error) ?? "error");
    const requestId = requestIdIn(this.#headers);
    const ended = this.#headersAt ?? performance.now();
    return {
      n: 1,
      ts: this.#startedAt / 1000,
      duration_ms: Math.round((ended - this.#began) * 1000) / 1000,
      ...(this.#status === undefined ? {} : { http_status: this.#status }),
      ...(code === undefined ? {} : { error_code: code }),
      ...(requestId === undefined ? {} : { request_id: requestId }),
    };
  }
}

/** A body as text; undefined for one that is none, such as a recording that is sent to be written down. */
function textOf(bytes: Buffer): string | undefined {
  return isUtf8(bytes) && !bytes.includes(0) ? bytes.toString("utf8") : undefined;
}

/** Gemini and Bedrock name the model in the address. */
function modelOfPath(url: string): string | undefined {
  const name = /\/models?\/([^/:?]+)/.exec(url)?.[1];
  return name === undefined ? undefined : decoded(name);
}

/** A name may hold signs that only look like encoded ones. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
