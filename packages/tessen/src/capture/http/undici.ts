import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { lookupOfList } from "../../recorder/header-lookups.ts";
import { define } from "../define.ts";
import type { Session } from "../session.ts";
import { beginExchange } from "./begin-exchange.ts";
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
    listen("undici:request:create", session, (_message, request) => {
      const exchange = begin(session, request);
      if (exchange === undefined) return;
      exchanges.set(request, exchange);
      watchBodies(session, request, exchange);
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

function begin(session: Session, request: object): Exchange | undefined {
  const [method, path, origin] = [textOf(request, "method"), textOf(request, "path"), originOf(request)];
  if (method === undefined || path === undefined || origin === undefined) return undefined;
  return beginExchange(session, { method, path, protocol: origin.protocol, host: origin.host });
}

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

function listen(name: string, session: Session, take: (message: object, request: object) => void): () => void {
  const listener = (message: unknown): void => {
    session.guard.run("http", () => {
      if (typeof message !== "object" || message === null) return;
      const request: unknown = Reflect.get(message, "request");
      if (typeof request === "object" && request !== null) take(message, request);
    });
  };
  subscribe(name, listener);
  return () => {
    unsubscribe(name, listener);
  };
}
