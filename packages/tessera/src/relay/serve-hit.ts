import type { CachedAnswer } from "../mechanics/exact-cache/exact-cache-types.ts";
import { CallerAnswer, costHeaders } from "./caller-answer.ts";
import type { AdmittedRequest, RelayContext } from "./relay-context.ts";

/** Answers a request out of the exact cache (M2): the upstream hears nothing of it, and it costs nothing. */
export function serveHit(context: RelayContext, request: AdmittedRequest, hit: CachedAnswer): void {
  const caller = new CallerAnswer(context, request, { onGone: () => {}, onDrain: () => {} });
  caller.stack = ["m2"];
  caller.cacheWord = "hit";
  const report = {
    status: "complete",
    model: hit.model,
    usage: hit.usage,
    usageSource: "stored",
    finish: hit.finish,
  } as const;
  const headers = ["content-type", hit.contentType];
  headers.push("x-tessera-cache-age", String(hit.ageSeconds), "x-tessera-cache-entry", hit.entryId);
  const costs = costHeaders(caller.settle(report, 200, []));
  caller.begin(200, undefined, [...headers, ...costs, "content-length", String(hit.body.length)]);
  caller.end(hit.body);
}
