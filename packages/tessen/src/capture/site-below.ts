import type { CallSite } from "../events/tessen-event.ts";
import type { SiteDepth } from "./call-site.ts";
import type { Session } from "./session.ts";

/** The line of the user's that called a function, which is on the stack; null where it cannot be found. */
export function siteBelow(session: Session, called: CallableFunction, depth: SiteDepth): CallSite | null {
  try {
    return session.callSites.find(called, depth);
  } catch (error) {
    session.guard.failed("call_site", error);
    return null;
  }
}
