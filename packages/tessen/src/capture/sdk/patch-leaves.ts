import type { CallSite } from "../../events/tessen-event.ts";
import { endpointOfSurface } from "../classify.ts";
import type { CurrentSession } from "../current-session.ts";
import type { SiteDepth } from "../call-site.ts";
import type { Frame } from "../frame.ts";
import type { Session } from "../session.ts";
import { siteBelow } from "../site-below.ts";
import { classesOf, watchReading, wrapMethods, type Method } from "./hint-helpers.ts";
import { ownFetch } from "./own-fetch.ts";
import { observeTrunk } from "./patch-trunk.ts";
import { SdkCall } from "./sdk-call.ts";
import type { Vendor } from "./vendors.ts";

/** The methods of resources that ask a model themselves; helpers such as `parse` and `runTools` call one of them. */
export const LEAVES = ["create", "countTokens", "generate", "edit", "createVariation"] as const;

/**
 * Records calls at the methods of an SDK's resources, in the place of the one method below all of them: for an SDK whose
 * trunk does not do what its others do. What a method gives must tell of the response that it waits for, as all promises
 * of these SDKs do.
 */
export function patchLeaves(roots: Iterable<unknown>, vendor: Vendor, current: CurrentSession): (() => void)[] {
  const undo: (() => void)[] = [];
  /** A method that another one calls at once is a part of its call. */
  const inside = { now: false };
  for (const [made, names] of classesOf(roots)) {
    const prototype: unknown = Reflect.get(made, "prototype");
    if (typeof prototype !== "object" || prototype === null) continue;
    const wrap = (original: CallableFunction): Method => recorded(original, { vendor, current, inside, names });
    undo.push(...wrapMethods(prototype, LEAVES, wrap));
  }
  return undo;
}

interface Patch {
  readonly vendor: Vendor;
  readonly current: CurrentSession;
  readonly inside: { now: boolean };
  /** Of the resource. */
  readonly names: readonly string[];
}

function recorded(original: CallableFunction, { vendor, current, inside, names }: Patch): Method {
  const endpoint = endpointOfSurface(surfaceOf(names, original.name));
  const depth: SiteDepth = { frames: 1 };
  const leaf: Method = function (...args) {
    const forward = (): unknown => Reflect.apply(original, this, args);
    const session = current();
    if (session === undefined || inside.now) return forward();
    const site = siteBelow(session, leaf, depth);
    const frame = session.guard.run("sdk", () => begin(session, this, args[0], site));
    if (frame?.call === undefined) return forward();
    inside.now = true;
    try {
      const result = session.frames.run(frame, forward);
      watchReading(result, session);
      const trunk: unknown = result instanceof Promise ? Reflect.get(result, "responsePromise") : undefined;
      if (trunk instanceof Promise) observeTrunk(trunk, frame.call, session);
      return result;
    } finally {
      inside.now = false;
    }
  };
  const begin = (session: Session, resource: unknown, body: unknown, site: CallSite | null): Frame | undefined => {
    const client: unknown =
      typeof resource === "object" && resource !== null ? Reflect.get(resource, "_client") : undefined;
    if (typeof client !== "object" || client === null || !ownFetch(client, current)) return undefined;
    const around = session.frame;
    const stream: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "stream") : undefined;
    const call = new SdkCall(session, {
      vendor,
      frame: around,
      options: { method: "post", body, stream },
      callSite: site ?? around.site ?? null,
      leaf: endpoint,
    });
    return { place: around.place, call, site: around.site, leaf: around.leaf, owned: false };
  };
  return leaf;
}

/** The vendor's name of a method: what is in beta is called as it will be. */
function surfaceOf(names: readonly string[], method: string): string {
  const resources = names.filter((name) => name !== "Beta");
  return [...resources, method].map((name) => name.replaceAll(/(?<=[a-z])[A-Z]/g, "_$&").toLowerCase()).join(".");
}
