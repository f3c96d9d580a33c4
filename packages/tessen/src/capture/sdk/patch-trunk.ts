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
    const started = session.guard.run("sdk", () => begin({ session, vendor, current }, this, options, retryOf));
    if (started === undefined) return forward();
    const { call, frame } = started;
    const result = session.frames.run(frame, forward);
    return result instanceof Promise ? observed(result, call, session) : result;
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
): { readonly call: SdkCall; readonly frame: Frame } | undefined {
  const around = session.frame;
  if (around.call !== undefined && (retryOf !== undefined || around.call.isFor(options))) return undefined;
  if (!ownFetch(client, current)) return undefined;
  const call = new SdkCall(session, vendor, around, options, around.site ?? null);
  return { call, frame: { ...around, call, owned: false } };
}

function observed(result: Promise<unknown>, call: SdkCall, session: Session): Promise<unknown> {
  return result.then(
    (value) => {
      session.guard.run("sdk", () => {
        if (isTrunkResult(value)) call.resolved(value);
      });
      return value;
    },
    (error: unknown) => {
      session.guard.run("sdk", () => call.rejected(error));
      throw error;
    },
  );
}
