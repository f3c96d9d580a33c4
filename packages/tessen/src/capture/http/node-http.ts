import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest, IncomingMessage } from "node:http";
import { lookupOfRecord } from "../../recorder/header-lookups.ts";
import { define } from "../define.ts";
import { observeNodeStream } from "../body/observe-node-stream.ts";
import type { Session } from "../session.ts";
import { isCalledBelow } from "./called-below.ts";
import { beginExchange, siteFinder, type FindSite } from "./begin-exchange.ts";
import type { Exchange } from "./exchange.ts";

/** Watches the requests of `node:http` and `node:https`, which most other HTTP clients are made of. */
export function subscribeToNodeHttp(session: Session): (() => void)[] {
  const exchanges = new WeakMap<object, Exchange>();
  return [
    listen("http.client.request.created", session, ({ request }, findSite) => {
      if (!isRequest(request)) return;
      const exchange = begin(session, request, findSite);
      if (exchange === undefined) return;
      exchanges.set(request, exchange);
      watchSending(session, request, exchange);
      watchGivingUp(session, request, exchange);
    }),
    // Published when the headers of the answer are here.
    listen("http.client.response.finish", session, ({ request, response }) => {
      const exchange = typeof request === "object" && request !== null ? exchanges.get(request) : undefined;
      if (exchange === undefined || !isMessage(response)) return;
      exchange.answered(response.statusCode ?? 0, lookupOfRecord(response.headers));
      const guarded = (run: () => void): void => {
        session.guard.run("http", run);
      };
      watchLeaving(session, response, exchange);
      observeNodeStream(response, {
        chunk: (bytes) => guarded(() => exchange.received(bytes)),
        ended: () => guarded(() => exchange.ended()),
        cancelled: () => guarded(() => exchange.cancelled()),
        failed: (error) =>
          guarded(() => {
            // Node closes the socket first, where it broke.
            if (!response.socket.destroyed) exchange.givenUp();
            exchange.failed(error);
          }),
      });
    }),
    listen("http.client.request.error", session, ({ request, error }) => {
      if (typeof request === "object" && request !== null) exchanges.get(request)?.failed(error);
    }),
  ];
}

function begin(session: Session, request: ClientRequest, findSite: FindSite): Exchange | undefined {
  const { method, path, protocol } = request;
  return beginExchange(session, { method, path, protocol, host: hostOf(request) }, findSite);
}

/** The host with its port. Headers that were given as a list are only in the text that will be sent. */
function hostOf(request: ClientRequest): string {
  const header = request.getHeader("host");
  if (typeof header === "string") return header;
  const text: unknown = Reflect.get(request, "_header");
  return (typeof text === "string" ? /^host: *(\S+)/im.exec(text)?.[1] : undefined) ?? request.host;
}

/** Lets an exchange know when its caller gives it up. Node itself does not call this method: a signal does, and `abort`. */
function watchGivingUp(session: Session, request: ClientRequest, exchange: Exchange): void {
  const { destroy } = request;
  define(request, "destroy", (...args: unknown[]): unknown => {
    session.guard.run("http", () => {
      if (isCalledBelow(LOOP)) exchange.cancelled();
      else exchange.givenUp();
    });
    return Reflect.apply(destroy, request, args);
  });
}

/** Node's function for a loop over a stream. One over a response that is left ends its request. */
const LOOP = "createAsyncIterator";

/** Lets an exchange know when the reader of its answer leaves. Where the connection broke, Node itself gives an error. */
function watchLeaving(session: Session, response: IncomingMessage, exchange: Exchange): void {
  const { destroy } = response;
  define(response, "destroy", (...args: unknown[]): unknown => {
    if (args[0] === undefined || args[0] === null) session.guard.run("http", () => exchange.cancelled());
    return Reflect.apply(destroy, response, args);
  });
}

/** Lets an exchange see what is written to a request. */
function watchSending(session: Session, request: ClientRequest, exchange: Exchange): void {
  const see = (chunk: unknown, encoding: unknown): void => {
    session.guard.run("http", () => {
      if (chunk instanceof Uint8Array) exchange.sent(chunk);
      else if (typeof chunk === "string") exchange.sent(chunk, isEncoding(encoding) ? encoding : "utf8");
    });
  };
  const { write, end } = request;
  let inEnd = false;
  define(request, "write", (...args: unknown[]): unknown => {
    // `end` with a chunk writes it by this method in some versions.
    if (!inEnd) see(args[0], args[1]);
    return Reflect.apply(write, request, args);
  });
  define(request, "end", (...args: unknown[]): unknown => {
    see(args[0], args[1]);
    inEnd = true;
    return Reflect.apply(end, request, args);
  });
}

function isEncoding(value: unknown): value is BufferEncoding {
  return typeof value === "string" && Buffer.isEncoding(value);
}

function isRequest(value: unknown): value is ClientRequest {
  return typeof value === "object" && value !== null && "getHeader" in value && "path" in value && "write" in value;
}

function isMessage(value: unknown): value is IncomingMessage {
  return typeof value === "object" && value !== null && "statusCode" in value && "push" in value;
}

function listen(
  name: string,
  session: Session,
  take: (message: Readonly<Record<string, unknown>>, findSite: FindSite) => void,
): () => void {
  const listener = (message: unknown): void => {
    session.guard.run("http", () => {
      if (typeof message === "object" && message !== null) take({ ...message }, findSite);
    });
  };
  const findSite = siteFinder(session, listener);
  subscribe(name, listener);
  return () => {
    unsubscribe(name, listener);
  };
}
