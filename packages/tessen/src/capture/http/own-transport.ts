import type { HttpRequestPayload } from "@tesserae/wire/channels";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { lookupOfRecord } from "../../recorder/header-lookups.ts";
import type { Session } from "../session.ts";
import { beginExchange, siteFinder, type FindSite } from "./begin-exchange.ts";

const CHANNEL = "tesserae:http";

/** Watches the requests of the framework's own model clients, which speak HTTP over sockets of their own. */
export function subscribeToOwnTransport(session: Session): (() => void)[] {
  const guarded = (run: () => void): void => {
    session.guard.run("http", run);
  };
  const listener = (message: unknown): void => {
    guarded(() => {
      if (isRequest(message)) watch(session, message, findSite, guarded);
    });
  };
  const findSite = siteFinder(session, listener);
  subscribe(CHANNEL, listener);
  return [
    () => {
      unsubscribe(CHANNEL, listener);
    },
  ];
}

function watch(
  session: Session,
  request: HttpRequestPayload,
  findSite: FindSite,
  guarded: (run: () => void) => void,
): void {
  const exchange = beginExchange(session, request, findSite);
  if (exchange === undefined) return;
  exchange.sent(request.body, "utf8");
  request.observe({
    answered: (status, headers) => guarded(() => exchange.answered(status, lookupOfRecord(headers))),
    received: (bytes) => guarded(() => exchange.received(bytes)),
    ended: () => guarded(() => exchange.ended()),
    cancelled: () => guarded(() => exchange.cancelled()),
    failed: (error) => guarded(() => exchange.failed(error)),
  });
}

function isRequest(value: unknown): value is HttpRequestPayload {
  return typeof value === "object" && value !== null && "observe" in value && "body" in value && "host" in value;
}
