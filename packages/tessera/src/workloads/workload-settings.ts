import type { MechanicId, Workload } from "./workload.ts";

/** What may be said of a workload; what is not said is as its defaults are. */
export interface WorkloadSettings {
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

/** A workload of these settings; each goes before those to its left. */
export function workloadOf(tenant: string, name: string, ...settings: readonly WorkloadSettings[]): Workload {
  const mechanics = Object.assign({}, STANDARD_WORKLOAD.mechanics, ...settings.map(({ mechanics }) => mechanics));
  return {
    tenant,
    name,
    mechanics: settings.some(({ paused }) => paused === true) ? NOTHING_ON : mechanics,
    cache: Object.assign({}, STANDARD_WORKLOAD.cache, ...settings.map(({ cache }) => cache)),
  };
}
