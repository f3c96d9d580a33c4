import type { IncomingMessage, ServerResponse } from "node:http";
import type { ScriptedError } from "@tesserae/wire/scripted";
import { isReply, type FoundAnswer, type Reply } from "../answer-source.ts";
import { encodeAnswer } from "../encode-answer.ts";
import { errorReply, garbageReply, statusReply } from "../errors.ts";
import { faultText, parseFault, type Fault, type PlannedFault } from "../fault.ts";
import type { ScriptedAnswer } from "../script/script.ts";
import { readTrafficRequest, type ServedProtocol, type TrafficRequest } from "../traffic-request.ts";
import { MOST_BYTES, readBody } from "./read-body.ts";
import { sendReply } from "./send-reply.ts";

/** How a request was answered. */
export interface AnsweredRequest {
  readonly request: TrafficRequest;
  /** The status that was sent, 0 when none was. */
  readonly status: number;
  /** Where the answer stands, for people: `script /rules/0`; `no answer` where there is none. */
  readonly from: string;
  /** What went wrong on demand, such as `429:1`. */
  readonly fault?: string;
  /** From the request's end to the answer's. */
  readonly durationMs: number;
}

/** What a {@link TrafficHandler} works with. */
export interface HandlerOptions {
  find(request: TrafficRequest): Promise<FoundAnswer>;
  readonly faults: readonly PlannedFault[];
  readonly paceMs: number;
  readonly keepRequests: number;
  readonly onRequest: ((request: TrafficRequest) => void | Promise<void>) | undefined;
  readonly onAnswer: ((answered: AnsweredRequest) => void) | undefined;
}

/** What is to be sent. */
interface Plan {
  readonly from: string;
  readonly reply: Reply;
  readonly fault: Fault | undefined;
  readonly delayMs: number;
  readonly paceMs: number;
}

/** Answers the requests of a server, one by one. */
export class TrafficHandler {
  readonly requests: TrafficRequest[] = [];
  readonly #options: HandlerOptions;
  #calls = 0;

  constructor(options: HandlerOptions) {
    this.#options = options;
  }

  /** Answers a request. Never rejects. */
  async answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on("error", () => {});
    response.once("close", () => gone.abort());
    // The same request is to have the same bytes.
    response.sendDate = false;
    try {
      const bytes = await readBody(message);
      const request = this.#keep(message, bytes ?? new Uint8Array());
      const started = performance.now();
      await this.#options.onRequest?.(request);
      const plan = bytes === undefined ? tooLarge(request) : await this.#plan(request);
      await sendReply(response, plan.reply, { ...plan, signal: gone.signal }).catch((error: unknown) => {
        if (!gone.signal.aborted) throw error;
      });
      this.#options.onAnswer?.({
        request,
        status: response.headersSent ? response.statusCode : 0,
        from: plan.from,
        ...(plan.fault === undefined ? {} : { fault: faultText(plan.fault) }),
        durationMs: performance.now() - started,
      });
    } catch {
      // The client has gone in the middle of its request, or one of the callbacks failed: nobody is left to be told.
      response.destroy();
    }
  }

  #keep(message: IncomingMessage, bytes: Uint8Array): TrafficRequest {
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(message.headers)) {
      if (value !== undefined) headers[name] = typeof value === "string" ? value : value.join(", ");
    }
    const path = (message.url ?? "").split("?", 1)[0] ?? "";
    const request = readTrafficRequest({ method: message.method ?? "", path, headers, bytes }, this.#calls + 1);
    if (request.protocol !== undefined) this.#calls += 1;
    this.requests.push(request);
    if (this.requests.length > this.#options.keepRequests) this.requests.shift();
    return request;
  }

  async #plan(request: TrafficRequest): Promise<Plan> {
    const { paceMs } = this.#options;
    try {
      const fault = this.#faultFor(request);
      if (fault !== undefined && isWhole(fault)) {
        return { from: "fault", fault, reply: faultReply(fault, request), delayMs: 0, paceMs };
      }
      const { from, answer } = await this.#options.find(request);
      if (isReply(answer)) return { from, fault, reply: answer, delayMs: 0, paceMs };
      return { from, ...planFor(answer, request, fault), paceMs: answer.paceMs ?? paceMs };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return refusal(request, { kind: "invalid_request", message });
    }
  }

  #faultFor({ headers, call }: TrafficRequest): Fault | undefined {
    const asked = headers["x-tessen-fault"];
    if (asked !== undefined) return parseFault(asked);
    return this.#options.faults.find(({ from, to }) => from <= call && call <= to)?.fault;
  }
}

/** Whether a fault stands in place of the answer, so that none is looked for. */
function isWhole(fault: Fault): boolean {
  switch (fault.type) {
    case "status":
    case "reset":
    case "garbage":
      return true;
    case "stall":
      return fault.afterBytes === undefined;
    default:
      return false;
  }
}

function faultReply(fault: Fault, request: TrafficRequest, message?: string): Reply {
  if (fault.type === "status") return statusReply(dialectOf(request), fault, message);
  return garbageReply(request);
}

/** An answer of a script, with the fault that was planned, or else its own. */
function planFor(
  answer: ScriptedAnswer,
  request: TrafficRequest,
  planned: Fault | undefined,
): Pick<Plan, "reply" | "fault" | "delayMs"> {
  const own = answer.fault === undefined ? undefined : parseFault(answer.fault);
  const fault = planned ?? own;
  const reply =
    fault !== undefined && isWhole(fault)
      ? faultReply(fault, request, answer.text)
      : encodeAnswer(answer, dialectOf(request), request);
  return { reply, fault, delayMs: answer.delayMs ?? 0 };
}

function tooLarge(request: TrafficRequest): Plan {
  return refusal(request, { kind: "too_large", message: `A request may have ${MOST_BYTES} bytes.` });
}

function refusal(request: TrafficRequest, error: ScriptedError): Plan {
  const reply = errorReply(dialectOf(request), error);
  return { from: "no answer", fault: undefined, reply, delayMs: 0, paceMs: 0 };
}

function dialectOf({ protocol }: TrafficRequest): ServedProtocol {
  return protocol ?? "openai-chat";
}
