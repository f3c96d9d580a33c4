import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { lookupOfList } from "../../recorder/header-lookups.ts";
import { define } from "../define.ts";
import type { Session } from "../session.ts";
import { isCalledBelow } from "./called-below.ts";
import { beginExchange, siteFinder, type FindSite } from "./begin-exchange.ts";
import type { Exchange } from "./exchange.ts";

/**
 * Watches the requests of `fetch` and of undici, in Node and as a package, by its diagnostics channels. Bodies are
 * seen where a request hands its bytes on, on the request itself: older versions have no channel for them.
 */
export function subscribeToUndici(session: Session): (() => void)[] {
  const exchanges = new WeakMap<object, Exchange>();
  const on = (name: string, take: (message: object, exchange: Exchange) => void): (() => void) =>
    listen(`undici:request:${name}`, session, (message, request) => {
      const exchange = exchanges.get(request);
      if (exchange !== undefined) take(message, exchange);
    });
  return [
    listen("undici:request:create", session, (_message, request, findSite) => {
      const exchange = begin(session, request, findSite);
      if (exchange === undefined) return;
      exchanges.set(request, exchange);
      watchBodies(session, request, exchange);
      watchAbort(session, request, exchange);
    }),
    on("headers", (message, exchange) => {
      const response: unknown = Reflect.get(message, "response");
      if (typeof response !== "object" || response === null) return;
      const status: unknown = Reflect.get(response, "statusCode");
      const headers: unknown = Reflect.get(response, "headers");
      if (typeof status === "number") exchange.answered(status, lookupOfList(Array.isArray(headers) ? headers : []));
    }),
    on("trailers", (_message, exchange) => exchange.ended()),
    on("error", (message, exchange) => {
      const error: unknown = Reflect.get(message, "error");
      exchange.failed(error);
    }),
  ];
}

function begin(session: Session, request: object, findSite: FindSite): Exchange | undefined {
  const [method, path, origin] = [textOf(request, "method"), textOf(request, "path"), originOf(request)];
  if (method === undefined || path === undefined || origin === undefined) return undefined;
  return beginExchange(session, { method, path, protocol: origin.protocol, host: origin.host }, findSite);
}

/** What begins the sending of a request: it is handed what gives the request up. Older versions name it otherwise. */
const STARTS = ["onConnect", "onRequestStart"] as const;

/**
 * Lets an exchange know when its caller gives it up: by a signal with whatever reason, a reader that leaves, a body that
 * cannot be sent. A connection that breaks is told otherwise.
 */
function watchAbort(session: Session, request: object, exchange: Exchange): void {
  for (const name of STARTS) {
    const original: unknown = Reflect.get(request, name);
    if (typeof original !== "function") continue;
    define(request, name, (abort: unknown, ...rest: unknown[]): unknown => {
      const watched =
        typeof abort !== "function"
          ? abort
          : (...args: unknown[]): unknown => {
              session.guard.run("http", () => {
                if (isCalledBelow(LEAVING)) exchange.cancelled();
                else exchange.givenUp();
              });
              return Reflect.apply(abort, undefined, args);
            };
      return Reflect.apply(original, request, [watched, ...rest]);
    });
    return;
  }
}

/** The step of the standard's by which `fetch` gives up an answer whose reader leaves (Fetch, 4.6); undici names it so. */
const LEAVING = "cancelAlgorithm";

/** Lets an exchange see the bytes that a request sends and receives, by methods of its own in front of its class's. */
function watchBodies(session: Session, request: object, exchange: Exchange): void {
  const watch = (names: readonly string[], take: (bytes: Uint8Array) => void): void => {
    for (const name of names) {
      const original: unknown = Reflect.get(request, name);
      if (typeof original !== "function") continue;
      const watched = (...args: unknown[]): unknown => {
        const chunk = args.find((arg) => arg instanceof Uint8Array);
        if (chunk instanceof Uint8Array) session.guard.run("http", () => take(chunk));
        return Reflect.apply(original, request, args);
      };
      define(request, name, watched);
      return;
    }
  };
  const body: unknown = Reflect.get(request, "body");
  if (typeof body === "string" || body instanceof Uint8Array) exchange.sent(body);
  else watch(["onBodySent", "onRequestChunkSent"], (bytes) => exchange.sent(bytes));
  watch(["onData", "onResponseData"], (bytes) => exchange.received(bytes));
}

function originOf(request: object): { readonly protocol: string; readonly host: string } | undefined {
  const origin: unknown = Reflect.get(request, "origin");
  if (origin instanceof URL) return origin;
  return typeof origin === "string" ? (URL.parse(origin) ?? undefined) : undefined;
}

function textOf(target: object, name: string): string | undefined {
  const value: unknown = Reflect.get(target, name);
  return typeof value === "string" ? value : undefined;
}

function listen(
  name: string,
  session: Session,
  take: (message: object, request: object, findSite: FindSite) => void,
): () => void {
  const listener = (message: unknown): void => {
    session.guard.run("http", () => {
      if (typeof message !== "object" || message === null) return;
      const request: unknown = Reflect.get(message, "request");
      if (typeof request === "object" && request !== null) take(message, request, findSite);
    });
  };
  const findSite = siteFinder(session, listener);
  subscribe(name, listener);
  return () => {
    unsubscribe(name, listener);
  };
}
