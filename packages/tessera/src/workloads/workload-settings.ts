import type { MechanicId, Workload } from "./workload.ts";

/** `regulated`: requests are passed on as they are; the exact cache is on only where the workload itself says so. */
export type ComplianceTier = "standard" | "regulated";

/** The tiers. */
export const COMPLIANCE_TIERS: readonly ComplianceTier[] = ["standard", "regulated"];

/** What a request would have cost is reckoned by: `requested`, the model that it asked for. There is no other yet. */
export type BaselinePolicy = "requested";

/** The policies. */
export const BASELINE_POLICIES: readonly BaselinePolicy[] = ["requested"];

/** What may be said of a workload; what is not said is as its defaults are. */
export interface WorkloadSettings {
  readonly complianceTier?: ComplianceTier;
  readonly baselineModelPolicy?: BaselinePolicy;
  /** Requests are passed on as they are: no mechanic is on, whatever else is said. */
  readonly paused?: boolean;
  readonly mechanics?: Readonly<Partial<Record<MechanicId, boolean>>>;
  readonly cache?: Readonly<Partial<Workload["cache"]>>;
}

/** What workloads are as long as nobody says otherwise. */
export const STANDARD_WORKLOAD: Pick<Workload, "mechanics" | "cache"> = {
  mechanics: { m2: true, m4: true },
  cache: {
    scope: "workload",
    ttlSeconds: 604_800,
    bindCredential: true,
    ignoreUser: false,
    maxTemperature: null,
    maxReplaysPerMinute: null,
  },
};

const NOTHING_ON: Workload["mechanics"] = { m2: false, m4: false };

/** A workload by the defaults of all and what is said of itself; each goes before those to its left. */
export function workloadOf(
  tenant: string,
  name: string,
  defaults: WorkloadSettings,
  ...own: readonly WorkloadSettings[]
): Workload {
  const all = [defaults, ...own];
  return {
    tenant,
    name,
    mechanics: mechanicsOf(defaults, own),
    cache: Object.assign({}, STANDARD_WORKLOAD.cache, ...all.map(({ cache }) => cache)),
  };
}

/** The tier of a workload. */
export function tierOf(defaults: WorkloadSettings, ...own: readonly WorkloadSettings[]): ComplianceTier {
  return (
    [defaults, ...own].findLast(({ complianceTier }) => complianceTier !== undefined)?.complianceTier ?? "standard"
  );
}

/** By what it is reckoned what requests of a workload would have cost. */
export function policyOf(...said: readonly WorkloadSettings[]): BaselinePolicy {
  return said.findLast((one) => one.baselineModelPolicy !== undefined)?.baselineModelPolicy ?? "requested";
}

function mechanicsOf(defaults: WorkloadSettings, own: readonly WorkloadSettings[]): Workload["mechanics"] {
  if (own.some(({ paused }) => paused === true)) return NOTHING_ON;
  const said = own.map(({ mechanics }) => mechanics);
  if (tierOf(defaults, ...own) === "standard") {
    return Object.assign({}, STANDARD_WORKLOAD.mechanics, defaults.mechanics, ...said);
  }
  const { m2 }: Workload["mechanics"] = Object.assign({}, NOTHING_ON, ...said);
  return { ...NOTHING_ON, m2 };
}
