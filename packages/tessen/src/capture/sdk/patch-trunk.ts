import type { Session } from "../session.ts";
import type { CurrentSession } from "../current-session.ts";
import type { Frame } from "../frame.ts";
import { isMarked, mark, unmark } from "./mark.ts";
import { ownFetch } from "./own-fetch.ts";
import { SdkCall } from "./sdk-call.ts";
import { isTrunkResult, type Trunk, type TrunkPrototype } from "./shapes.ts";
import type { Vendor } from "./vendors.ts";

/**
 * Patches the trunk of an SDK on its prototype, so that clients made before and after are recorded. Every build of an
 * SDK has a class of its own, so the mark that it is done is on the prototype. Gives what takes the patch away.
 */
export function patchTrunk(
  prototype: TrunkPrototype,
  vendor: Vendor,
  current: CurrentSession,
): (() => void) | undefined {
  if (isMarked(prototype)) return undefined;
  const original = prototype.makeRequest;
  const patched: Trunk = function (options, retriesRemaining, retryOf, ...rest) {
    const forward = (): unknown => Reflect.apply(original, this, [options, retriesRemaining, retryOf, ...rest]);
    const session = current();
    if (session === undefined) return forward();
    const frame = session.guard.run("sdk", () => begin({ session, vendor, current }, this, options, retryOf));
    if (frame?.call === undefined) return forward();
    const result = session.frames.run(frame, forward);
    if (result instanceof Promise) observeTrunk(result, frame.call, session);
    return result;
  };
  Object.defineProperty(patched, "name", { value: original.name });
  Object.defineProperty(patched, "length", { value: original.length });
  prototype.makeRequest = patched;
  mark(prototype);
  return () => {
    if (prototype.makeRequest !== patched) return;
    prototype.makeRequest = original;
    unmark(prototype);
  };
}

interface Patch {
  readonly session: Session;
  readonly vendor: Vendor;
  readonly current: CurrentSession;
}

/** Begins a call; `undefined` for a retry, which is a part of the call around it, and where nothing can be seen. */
function begin(
  { session, vendor, current }: Patch,
  client: object,
  options: unknown,
  retryOf: unknown,
): Frame | undefined {
  const around = session.frame;
  if (around.call !== undefined && (retryOf !== undefined || around.call.isFor(options))) return undefined;
  if (!ownFetch(client, current)) return undefined;
  const callSite = session.siteOfCaller ?? around.site ?? null;
  const call = new SdkCall(session, { vendor, frame: around, options, callSite });
  return { place: around.place, call, site: around.site, leaf: around.leaf, owned: false };
}

/**
 * Watches a promise of the SDK's, which its caller gets as it is: whoever looks first sees first, so that an answer is
 * watched before anybody reads it.
 */
export function observeTrunk(result: Promise<unknown>, call: SdkCall, session: Session): void {
  void result.then(
    (value) => {
      session.guard.run("sdk", () => {
        if (isTrunkResult(value)) call.resolved(value);
      });
    },
    (error: unknown) => {
      session.guard.run("sdk", () => call.rejected(error));
    },
  );
}
