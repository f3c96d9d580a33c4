import type { Json, Protocol } from "@tesserae/wire";
import type { FinishedCall } from "../recorder/finished-call.ts";
import type { ResponseObserver } from "./body/observe-response.ts";
import { ResponseBody } from "./body/response-body.ts";
import type { OpenCall } from "./open-calls.ts";
import { outcomeOf, type ReadEnd } from "./outcome.ts";
import type { Session } from "./session.ts";

/** What reading an answer added to a call. */
export type AnswerFacts = Pick<
  FinishedCall,
  | "status"
  | "error"
  | "failure"
  | "streamEnd"
  | "streamed"
  | "chunks"
  | "ttftMs"
  | "responseText"
  | "response"
  | "bodyUnavailable"
  | "omission"
>;

/** How an answer is read, and whom it is told to. */
export interface AnswerOptions {
  readonly session: Session;
  readonly contentType: string | undefined;
  readonly protocol: Protocol | undefined;
  /** When the call began, by `performance.now()`. */
  readonly began: number;
  /** Called before the answer is closed as it stands: what is held back is to be handed over. */
  readonly closing?: () => void;
  /** Called once, when the answer is over. */
  readonly done: (facts: AnswerFacts) => void;
}

/**
 * An answer with a good status while its reader reads it. It is over at the first of: its end, the last frame of its
 * protocol (and what follows at once), a failure, its reader's leaving, an abort, a long silence, the end of recording.
 */
export class Answer implements ResponseObserver, OpenCall {
  lastActivity: number = performance.now();
  readonly body: ResponseBody;
  readonly #options: AnswerOptions;
  #isOver = false;
  #isReadSoon = false;

  constructor(options: AnswerOptions) {
    this.#options = options;
    this.body = new ResponseBody(options.contentType, options.protocol, options.session);
    options.session.open.add(this);
  }

  chunk(bytes: Uint8Array): void {
    if (this.#isOver) return;
    try {
      this.body.push(bytes);
    } catch (error) {
      this.#options.session.guard.failed("stream", error);
    }
    if (this.#isReadSoon) return;
    this.#isReadSoon = true;
    setImmediate(() => this.#read()).unref();
  }

  /** Bytes came that cannot be read yet. */
  arrived(): void {
    this.lastActivity = performance.now();
    this.body.firstByteAt ??= this.lastActivity;
  }

  /** Nobody can read what came. */
  unreadable(): void {
    this.body.unreadable = true;
  }

  /** Reads what came in this turn, when whoever waits for it has it. A reader that stops at the last frame is not waited for. */
  #read(): void {
    this.#isReadSoon = false;
    if (this.#isOver) return;
    this.lastActivity = performance.now();
    this.#options.session.guard.run("stream", () => this.body.read());
    if (this.body.ended) this.#finish({ type: "ended" });
  }

  whole(text: string, json?: Json): void {
    if (this.#isOver) return;
    this.#options.session.guard.run("response", () => {
      this.body.pushText(text);
      if (json !== undefined && !this.body.streamed) this.body.setJson(json);
    });
    this.#finish({ type: "ended" });
  }

  ended(): void {
    this.#finish({ type: "ended" });
  }

  cancelled(): void {
    this.#finish({ type: "cancelled" });
  }

  aborted(): void {
    this.#finish({ type: "aborted" });
  }

  failed(error: unknown): void {
    this.#finish({ type: "failed", error });
  }

  close(end: "idle" | "shutdown"): void {
    this.#options.closing?.();
    this.#finish({ type: end });
  }

  #finish(end: ReadEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { session, began, done } = this.#options;
    session.open.delete(this);
    session.guard.run("response", () => {
      const { body } = this;
      if (end.type === "ended") body.end();
      else body.read();
      const outcome = outcomeOf(body, end);
      const response = body.json();
      const text = body.streamed ? jsonText(response) : response === undefined ? undefined : body.text;
      done({
        ...outcome,
        streamed: body.streamed,
        chunks: body.frames,
        ttftMs: body.streamed && body.firstByteAt !== undefined ? body.firstByteAt - began : undefined,
        responseText: text,
        response,
        bodyUnavailable: body.isCut || body.unreadable ? true : undefined,
        omission: body.omission,
      });
    });
  }
}

function jsonText(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
