import { modelEndpoint, otherEndpoint } from "../classify.ts";
import type { CallSite } from "../../events/tessen-event.ts";
import type { SiteDepth } from "../call-site.ts";
import type { Session } from "../session.ts";
import { siteBelow } from "../site-below.ts";
import { Exchange } from "./exchange.ts";

/** Where a request goes. */
export interface Destination {
  readonly method: string;
  /** `http:` or `https:`. */
  readonly protocol: string;
  /** With its port, where that is not the scheme's own. */
  readonly host: string;
  /** With its query. */
  readonly path: string;
}

/** Gives the line of the user's that makes a request; asked only where the request is watched. */
export type FindSite = () => CallSite | null;

/**
 * Finds the line of the user's above a hook: `listener` is the hook's outermost function. The clients of Node are deep,
 * and how deep is learned.
 */
export function siteFinder(session: Session, listener: CallableFunction): FindSite {
  const depth: SiteDepth = { frames: 1, most: 64 };
  return () => siteBelow(session, listener, depth);
}

/**
 * Begins to watch a request, if it is one to watch: a model call at a listed host, which no SDK and no client of the
 * framework has counted already. Below a model call of the framework any host counts, as the call is known to be one.
 * Must be called where the request is made: later the async context may be that of another request.
 */
export function beginExchange(session: Session, to: Destination, findSite: FindSite): Exchange | undefined {
  const frame = session.frame;
  if (frame.owned) {
    session.ownedRequests += 1;
    return undefined;
  }
  const listed = session.hosts.providerOf(to.host);
  if (listed === undefined && frame.leaf === undefined) return undefined;
  const query = to.path.indexOf("?");
  const path = query === -1 ? to.path : to.path.slice(0, query);
  const endpoint = modelEndpoint(to.method, path) ?? (session.captureAll ? otherEndpoint(to.method, path) : undefined);
  if (frame.leaf !== undefined) session.ownedRequests += 1;
  if (endpoint === undefined) return undefined;
  const url = `${to.protocol}//${to.host}${to.path}`;
  const call = session.redirects.follow(url, frame) ?? {
    startedAt: Date.now(),
    began: performance.now(),
    // The framework's own event has no line.
    callSite: frame.leaf === undefined ? (frame.site ?? findSite()) : null,
  };
  return new Exchange(session, frame, { provider: listed ?? "custom", endpoint, method: to.method, url, call });
}
