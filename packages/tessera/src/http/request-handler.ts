import type { IncomingMessage, ServerResponse } from "node:http";
import { strictWorstCase, type ModelLimits } from "../caps/strict-worst-case.ts";
import type { Exchange, Upstream } from "../exchange.ts";
import type { CachePlan, CachePlanner } from "../relay/cache-plan.ts";
import { CallerAnswer } from "../relay/caller-answer.ts";
import { FollowingRequest } from "../relay/follow.ts";
import type { AdmittedRequest, RelayContext } from "../relay/relay-context.ts";
import { serveHit } from "../relay/serve-hit.ts";
import { Transaction } from "../relay/transaction.ts";
import type { UpstreamTarget } from "../relay/upstream-target.ts";
import { worstCase, type WorstCase } from "../relay/worst-case.ts";
import {
  authenticate,
  callerIdOf,
  capExceeded,
  checkAllowed,
  credentialFor,
  dialectOf,
  isCallerId,
  methodOf,
  reserve,
  tagsOf,
  workloadOf,
  type AdmissionParts,
  type KnownCaller,
} from "./admission.ts";
import { readBody } from "./body/read-body.ts";
import { bodyAskingUsage, readFacts, withModel, type RequestFacts } from "./body/request-facts.ts";
import type { UpstreamChooser } from "./choose-upstream.ts";
import { errorBody, errorHeaders } from "./errors/error-answer.ts";
import { badRequest, internalError, RelayError } from "./errors/relay-error.ts";
import { readHead, type RequestHead } from "./head/request-head.ts";
import { protocolOf, routeOf, unknownRoute, type Route } from "./head/route.ts";
import { answerHealth } from "./health.ts";
import { asksPlan, explainedPlan } from "./explained-plan.ts";
import type { RateLimits } from "./rate-limits.ts";
import { ReceivedExchange } from "./received-exchange.ts";
import type { RequestIds } from "./request-id.ts";

/** What requests are handled with. */
export interface HandlerParts extends AdmissionParts {
  readonly context: RelayContext;
  readonly chooser: UpstreamChooser;
  readonly targets: ReadonlyMap<string, UpstreamTarget>;
  readonly planner: CachePlanner;
  readonly limits: RateLimits;
  readonly ids: RequestIds;
  readonly strictLimits?: ((model: string, upstream: Upstream) => ModelLimits) | undefined;
  readonly isReady: () => boolean;
  readonly isDraining: () => boolean;
}

/** A request whose headers were read. */
interface Incoming {
  readonly id: string;
  readonly receivedAt: number;
  readonly arrivedAt: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly route: Route;
  readonly head: RequestHead;
  readonly caller: KnownCaller;
}

/** Handles every request of the server: reads and admits it, and hands it to the cache, to another's answer, or upstream. */
export class RequestHandler {
  readonly #parts: HandlerParts;

  constructor(parts: HandlerParts) {
    this.#parts = parts;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const { context, ids, keys, isDraining, isReady, chooser } = this.#parts;
    const target = request.url ?? "";
    const receivedAt = context.now();
    if (answerHealth(request, response, isReady, receivedAt)) return;
    const id = ids.next(receivedAt);
    try {
      if (isDraining()) throw draining();
      const route = routeOf(methodOf(request), target, (upstream) => chooser.has(upstream));
      const head = readHead(request.rawHeaders);
      if (!head.hasHost && request.httpVersion !== "1.0") throw badRequest("The header host is missing.");
      const caller = authenticate(keys, head);
      if (!route.isKnown && !context.settings.passthroughUnknown) throw unknownRoute();
      const incoming = { id, receivedAt, arrivedAt: performance.now(), request, response, route, head, caller };
      readBody(request, head, context.settings.maxBodyBytes, {
        onBody: (body) => this.#onBody(incoming, body),
        onTooLarge: (error) => this.#refuse(incoming, error),
        onGone: () => {},
      });
    } catch (error) {
      this.#refuse({ id, request, response }, error);
    }
  }

  #onBody(incoming: Incoming, body: Buffer): void {
    try {
      const admitted = this.#admit(incoming, body);
      if (admitted !== undefined) send(this.#parts.context, admitted);
    } catch (error) {
      this.#refuse(incoming, error);
    }
  }

  /** Everything that is decided before the upstream hears of a request. `undefined`: it was answered from the cache. */
  #admit(incoming: Incoming, raw: Buffer): AdmittedRequest | undefined {
    const startedAt = performance.now();
    const { context, chooser, targets, limits, workloads, planner, keys } = this.#parts;
    const { head, route, request, response, caller } = incoming;
    const { scanner, settings } = context;
    let facts = route.endpoint === "other" && !isScanned(route, raw) ? undefined : readFacts(scanner, raw);
    const dialectHint = dialectOf(route, head, undefined);
    const wish = {
      path: route.upstream,
      header: head.tessera.get("provider"),
      model: facts?.model ?? "",
      dialect: dialectHint,
    };
    const { upstream, model } = chooser.choose(wish);
    if (facts !== undefined && model !== facts.model) facts = withModel(scanner, facts, model);
    const dialect = dialectOf(route, head, upstream);
    checkAllowed(caller.key, upstream, model);
    const presented = credentialFor(caller, head, upstream);
    const tags = tagsOf(head, facts);
    const body = facts?.body ?? raw;
    const workload = workloadOf(workloads, {
      key: caller.key,
      head,
      featureTag: tags.feature,
      upstream,
      dialect,
      scanner,
      facts,
    });
    const exchange = new ReceivedExchange({
      id: incoming.id,
      callerId: callerIdOf(head),
      receivedAt: incoming.receivedAt,
      dialect,
      endpoint: route.endpoint,
      protocol: protocolOf(route.endpoint, dialect),
      upstream,
      path: (upstream.kind === "anthropic" ? "/v1" : "") + route.resource + route.query,
      method: methodOf(request),
      headers: head.headers,
      body,
      model,
      stream: facts?.stream ?? false,
      key: caller.key,
      workload,
      keys,
      credential: presented.credential,
      featureTag: tags.feature,
      customerTag: tags.customer,
      place: head.place,
    });
    const target = targets.get(upstream.id);
    if (target === undefined) throw unknownRoute();
    const worst = this.#worstOf(facts, exchange, target);
    const slot = limits.admit(caller.key, dialect, Math.min(worst.tokens, MOST_TOKENS), incoming.receivedAt);
    try {
      const plan = planner.plan(exchange, head);
      const injects = facts !== undefined && this.#injectsUsage(facts, exchange, target);
      const sent = injects && facts !== undefined ? bodyAskingUsage(scanner, facts) : body;
      const admitted: AdmittedRequest = {
        exchange,
        response,
        target,
        outgoing: {
          method: exchange.method,
          path: exchange.path,
          headers: [...head.forwarded, ...presented.headers, "accept-encoding", "identity"],
          body: sent,
          plainBody: injects && upstream.kind === "openai-compatible" ? body : undefined,
          model,
        },
        plan,
        dropsUsage: route.endpoint === "chat.completions" && facts !== undefined && !facts.asksUsage && injects,
        takesTrailers: head.takesTrailers,
        estimated: worst.estimated,
        reservation: undefined,
        slot,
        plannedAs: asksPlan(head, caller.key)
          ? explainedPlan({ exchange, head, route, target, plan, worst, injectsUsage: injects }, incoming.receivedAt)
          : undefined,
        arrivedAt: incoming.arrivedAt,
        startedAt,
      };
      if (plan.hit !== undefined && settings.serveHitsWhenBlocked) {
        serveHit(context, admitted, plan.hit);
        return undefined;
      }
      return this.#reserved(admitted, worst, plan);
    } catch (error) {
      slot?.release(0);
      throw error;
    }
  }

  /** Sets money aside for a request; a refusal is written into the books as well. */
  #reserved(admitted: AdmittedRequest, worst: WorstCase, plan: CachePlan): AdmittedRequest | undefined {
    const { context, caps } = this.#parts;
    const { exchange } = admitted;
    const reservation = reserve(caps, exchange, worst, exchange.receivedAt);
    if ("refused" in reservation) {
      const error = capExceeded(reservation, context.settings.capStatus);
      const caller = new CallerAnswer(context, admitted, { onGone: () => {}, onDrain: () => {} });
      const nothing = { model: "", usage: null, usageSource: "provider", finish: null } as const;
      caller.settle({ status: "refused", ...nothing }, error.status, []);
      caller.refuse(error);
      return undefined;
    }
    admitted.reservation = reservation;
    if (plan.hit === undefined) return admitted;
    serveHit(context, admitted, plan.hit);
    return undefined;
  }

  #worstOf(facts: RequestFacts | undefined, exchange: Exchange, target: UpstreamTarget): WorstCase {
    if (facts === undefined || exchange.endpoint === "other" || exchange.endpoint === "messages.count_tokens")
      return FREE;
    const { prices, strictLimits, context } = this.#parts;
    const { model, upstream } = exchange;
    const price = prices.priceOf(model, upstream, exchange.receivedAt);
    const isEmbedding = exchange.endpoint === "embeddings";
    if (strictLimits !== undefined) {
      const limits = strictLimits(model, upstream);
      return strictWorstCase(facts, price, isEmbedding ? { ...limits, maxOutputTokens: 0 } : limits);
    }
    const output = isEmbedding ? 0 : context.settings.reserveOutput;
    return worstCase(facts, price, output, target.surplus.of(model));
  }

  /** Whether the gateway asks for the usage at the end of a stream in the caller's place. */
  #injectsUsage(facts: RequestFacts, exchange: Exchange, target: UpstreamTarget): boolean {
    const { injectUsage, fidelity } = this.#parts.context.settings;
    const isChat = exchange.endpoint === "chat.completions" && facts.stream && !facts.asksUsage;
    return isChat && injectUsage && fidelity === "normal" && target.takesUsageOption;
  }

  /** Answers with an error; what is none of the gateway's own is a defect, of which the caller learns no more than that. */
  #refuse(incoming: Pick<Incoming, "id" | "request" | "response">, thrown: unknown): void {
    const { request, response, id } = incoming;
    if (response.headersSent) return;
    const error = thrown instanceof RelayError ? thrown : internalError(thrown);
    const isAnthropic = request.headers["anthropic-version"] !== undefined || (request.url ?? "").includes("/messages");
    const body = Buffer.from(errorBody(error, isAnthropic ? "anthropic" : "openai", id));
    const headers = [...errorHeaders(error), "x-tessera-request-id", id, "content-length", String(body.length)];
    const callerId = request.headers["x-tessera-request-id"];
    if (typeof callerId === "string" && isCallerId(callerId)) headers.push("x-tessera-caller-request-id", callerId);
    response.writeHead(error.status, headers);
    response.end(body);
  }
}

/** No model takes more: what strict caps set aside beyond it says nothing of a rate. */
const MOST_TOKENS = 20_000_000;

const FREE: WorstCase = Object.freeze({ tokens: 0, cost: 0 });

/** Whether a body of an endpoint without a meaning of its own is JSON that names a model. */
function isScanned(route: Route, body: Buffer): boolean {
  return route.isKnown && body.length > 0;
}

function send(context: RelayContext, admitted: AdmittedRequest): void {
  const party = admitted.plan.join();
  if (party?.role === "follower") new FollowingRequest(context, admitted, party).start();
  else new Transaction(context, admitted, party).start();
}

function draining(): RelayError {
  return new RelayError(503, "tessera_draining", "The gateway is shutting down.", { retryAfterMs: 2000 });
}
