import type { MechanicId, Workload } from "../workloads/workload.ts";
import { BASELINE_POLICIES, COMPLIANCE_TIERS, type WorkloadSettings } from "../workloads/workload-settings.ts";
import type { FieldReader } from "./field-reader.ts";

const MECHANICS: readonly MechanicId[] = ["m2", "m4"];
/** Those of the specification that this release has not: they can be said to be off, and nothing else. */
const ABSENT = ["m1", "m3", "m5", "m6", "m7", "m8", "m9", "m10", "m11"] as const;
const SCOPES: readonly Workload["cache"]["scope"][] = ["workload", "key", "tenant", "user"];
const MINUTE = 60;
const NINETY_DAYS = 90 * 86_400;

/** The settings of a workload, or of all of them: `{ complianceTier, baselineModelPolicy, mechanics, cache }`. The caller reads what else there is. */
export function readWorkload(reader: FieldReader): WorkloadSettings {
  const mechanics = reader.object("mechanics");
  const cache = reader.object("cache");
  const tier = reader.oneOf("complianceTier", undefined, COMPLIANCE_TIERS);
  const policy = reader.oneOf("baselineModelPolicy", undefined, BASELINE_POLICIES);
  const settings = {
    ...(policy === undefined ? {} : { baselineModelPolicy: policy }),
    ...(tier === undefined ? {} : { complianceTier: tier }),
    mechanics: given(Object.fromEntries(MECHANICS.map((id) => [id, mechanics.flag(id, undefined)]))),
    cache: given({
      scope: cache.oneOf("scope", undefined, SCOPES),
      ttlSeconds: cache.whole("ttlSeconds", undefined, MINUTE, NINETY_DAYS),
      bindCredential: cache.flag("bindCredential", undefined),
      ignoreUser: cache.flag("ignoreUser", undefined),
      maxTemperature: cache.custom("maxTemperature", "a number of at least 0", (value) =>
        typeof value === "number" && value >= 0 ? value : undefined,
      ),
      maxReplaysPerMinute: cache.whole("maxReplaysPerMinute", undefined, 1),
    }),
  };
  for (const id of ABSENT) {
    if (mechanics.flag(id, false)) mechanics.fail("can only be off: this release has m2 and m4", id);
  }
  mechanics.end();
  cache.end();
  return settings;
}

/** Only what was said: the rest is as the defaults are. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
