import { formatDollars } from "@tesserae/wire/cost";
import type { Exchange } from "../exchange.ts";
import type { KeyRecord } from "../keys/key-record.ts";
import type { CachePlan } from "../relay/cache-plan.ts";
import type { UpstreamTarget } from "../relay/upstream-target.ts";
import type { WorstCase } from "../relay/worst-case.ts";
import type { RequestHead } from "./head/request-head.ts";
import type { Route } from "./head/route.ts";

/** What was decided about a request before it is sent. */
export interface Decisions {
  readonly exchange: Exchange;
  readonly head: RequestHead;
  readonly route: Route;
  readonly target: UpstreamTarget;
  readonly plan: CachePlan;
  readonly worst: WorstCase;
  /** Whether the gateway asks for the usage at the end of a stream. */
  readonly injectsUsage: boolean;
}

/** Whether a request asks how it is planned (`x-tessera-trace: 1`), with a key that may. */
export function asksPlan(head: RequestHead, key: KeyRecord): boolean {
  return head.tessera.size > 0 && key.mayTrace === true && head.tessera.get("trace") === "1";
}

/** The value of `x-tessera-plan`: what was decided and by what, as `name=value` in a line. */
export function explainedPlan(decisions: Decisions, now: number): string {
  const { exchange, target, plan, worst, injectsUsage } = decisions;
  const { workload, upstream, model } = exchange;
  const breaker = target.breakerOf(model);
  const entries: readonly (readonly [string, string])[] = [
    ["upstream", upstream.id],
    ["upstream-by", upstreamBy(decisions)],
    ["model", model],
    ["workload", workload.name],
    ["workload-by", workloadBy(decisions)],
    ["m2", plan.hit === undefined ? plan.word : "hit"],
    ["m4", workload.mechanics.m4 ? "on" : "off"],
    ["worst-tokens", String(worst.tokens)],
    ["worst-usd", worst.cost === undefined ? "unknown" : formatDollars(worst.cost)],
    ["usage", injectsUsage ? "asked-by-gateway" : "as-sent"],
    ["breaker", breaker.isOpen ? "open" : "closed"],
    ["throttled", breaker.isThrottled(now) ? "yes" : "no"],
  ];
  return entries.map(([name, value]) => `${name}=${plain(value)}`).join("; ");
}

function upstreamBy({ exchange, head, route }: Decisions): string {
  if (route.upstream !== undefined) return "path";
  return head.tessera.has("provider") ? "header" : `model-or-${exchange.dialect}`;
}

function workloadBy({ exchange, head }: Decisions): string {
  const { key, workload, featureTag } = exchange;
  if (head.tessera.has("workload")) return "header";
  if (key.boundWorkload !== undefined) return "key";
  if (featureTag === workload.name) return "feature-tag";
  return workload.name.startsWith("auto:") ? "fingerprint" : "default";
}

/** What is no plain text, or would end an entry, is replaced: names come from outside. */
function plain(value: string): string {
  return value.slice(0, LONGEST).replaceAll(/[^\u0021-\u003a\u003c-\u007e]/g, "_");
}

const LONGEST = 128;
