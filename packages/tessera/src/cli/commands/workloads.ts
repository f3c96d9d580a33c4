import { type ConfigIssue, FieldReader } from "../../config/field-reader.ts";
import { GatewayError } from "../../config/gateway-error.ts";
import { readLedger } from "../../ledger/ledger-reader.ts";
import type { Store } from "../../store/store.ts";
import { readWorkload } from "../../config/read-workload.ts";
import { type ListedWorkload, Workloads } from "../../workloads/workloads.ts";
import type { WorkloadSettings } from "../../workloads/workload-settings.ts";
import { type CommonOptions, withStore } from "../common-options.ts";
import { EXIT } from "../exit-codes.ts";
import { moment, print, printJson, printTable, tell } from "../output.ts";

/** What the commands about workloads may be told. */
export interface WorkloadOptions extends CommonOptions {
  readonly tenant: string;
}

function withWorkloads<T>(options: WorkloadOptions, use: (workloads: Workloads) => T): Promise<T> {
  return withStore(options, (store, { settings }) => {
    const { defaults, workloads: configured } = settings;
    return use(new Workloads({ store, defaults, configured }));
  });
}

/** Lists the workloads that were seen or set. */
export async function listWorkloadsCommand(options: WorkloadOptions): Promise<number> {
  const all = await withWorkloads(options, (workloads) => workloads.list(options.tenant));
  if (options.json === true) printJson(all);
  else if (all.length === 0) tell("There are no workloads yet: they come with the first requests.");
  else {
    printTable([
      ["TENANT", "NAME", "M2", "M4", "FIRST SEEN", "NOTE"],
      ...all.map((one) => [
        one.tenant,
        one.name,
        onOff(one.mechanics.m2),
        onOff(one.mechanics.m4),
        one.firstSeen === undefined ? "never" : moment(one.firstSeen),
        noteOf(one),
      ]),
    ]);
  }
  return EXIT.ok;
}

/** Shows what is in force for a workload. */
export async function showWorkloadCommand(name: string, options: WorkloadOptions): Promise<number> {
  const { models, ...found } = await withStore(options, (store, { settings }) => {
    const { defaults, workloads: configured } = settings;
    const workloads = new Workloads({ store, defaults, configured });
    return { ...workloads.find(options.tenant, name), models: modelsSeen(store, options.tenant, name) };
  });
  if (options.json === true) printJson({ ...found, models });
  else {
    const { complianceTier, baselineModelPolicy, mechanics, cache } = found;
    const fields = [
      ["complianceTier", complianceTier] as const,
      ["baselineModelPolicy", baselineModelPolicy] as const,
      ...Object.entries(mechanics).map(([id, on]) => [id, onOff(on)] as const),
      ...Object.entries(cache).map(([field, value]) => [`cache.${field}`, String(value)] as const),
    ];
    print(`${found.name} (tenant ${found.tenant})${noteOf(found) === "" ? "" : `, ${noteOf(found)}`}`);
    printTable([
      ...fields.map(([field, value]) => [`  ${field}`, value]),
      ...models.map(({ model, upstream, requests }) => [`  ${model} at ${upstream}`, `${requests} requests in 7 days`]),
    ]);
  }
  return EXIT.ok;
}

const WEEK_MS = 7 * 86_400_000;

/** What was asked under a workload in the last week, as the ledger has it, the most frequent first. */
function modelsSeen(
  store: Store,
  tenant: string,
  name: string,
): readonly { readonly model: string; readonly upstream: string; readonly requests: number }[] {
  readLedger(store);
  return store.database
    .prepare(
      `SELECT text ->> '$.model_requested' AS model, text ->> '$.upstream' AS upstream, count(*) AS requests
        FROM ledger_rows WHERE ts >= ? AND tenant = ? AND workload = ? AND kind = 'request'
        GROUP BY 1, 2 HAVING model IS NOT NULL ORDER BY 3 DESC, 1 LIMIT 20`,
    )
    .all(Date.now() - WEEK_MS, tenant, name)
    .map((row) => ({
      model: String(row["model"]),
      upstream: String(row["upstream"]),
      requests: Number(row["requests"]),
    }));
}

/** Sets fields of a workload: `m2=off`, `cache.ttlSeconds=600`; `=default` takes back what was set. */
export async function setWorkloadCommand(
  name: string,
  assignments: readonly string[],
  options: WorkloadOptions,
): Promise<number> {
  const found = await withWorkloads(options, (workloads) => {
    const before = workloads.settingsOf(options.tenant, name);
    const settings = assigned(before, assignments);
    workloads.set(options.tenant, name, before.paused === true ? { ...settings, paused: true } : settings);
    return workloads.find(options.tenant, name);
  });
  if (options.json === true) printJson(found);
  else tell(`The workload ${name} is changed. A running gateway knows within seconds.`);
  return EXIT.ok;
}

/** Passes the requests of a workload on as they are, or treats them again as was set. */
export async function pauseWorkloadCommand(name: string, paused: boolean, options: WorkloadOptions): Promise<number> {
  const found = await withWorkloads(options, (workloads) => {
    workloads.pause(options.tenant, name, paused);
    return workloads.find(options.tenant, name);
  });
  if (options.json === true) printJson(found);
  else {
    const what = paused ? "are passed on as they are" : "are treated as was set again";
    tell(`Requests of ${name} ${what}. A running gateway knows within seconds.`);
  }
  return EXIT.ok;
}

/** Lets the requests of one workload count for another. */
export async function mergeWorkloadCommand(from: string, into: string, options: WorkloadOptions): Promise<number> {
  await withWorkloads(options, (workloads) => workloads.merge(options.tenant, from, into));
  if (options.json === true) printJson({ tenant: options.tenant, from, into });
  else tell(`Requests of ${from} count for ${into} from now on.`);
  return EXIT.ok;
}

function assigned(before: WorkloadSettings, assignments: readonly string[]): WorkloadSettings {
  const fields = {
    complianceTier: before.complianceTier as unknown,
    baselineModelPolicy: before.baselineModelPolicy as unknown,
    mechanics: { ...before.mechanics } as Record<string, unknown>,
    cache: { ...before.cache } as Record<string, unknown>,
  };
  for (const assignment of assignments) {
    const [, field = "", text = ""] = /^([^=]+)=(.*)$/s.exec(assignment) ?? [];
    const cached = field.startsWith("cache.") ? field.slice("cache.".length) : undefined;
    if (field === "") {
      throw new GatewayError(
        "ERR_INVALID_ARGUMENT",
        `"${assignment}" is no assignment such as m2=off or cache.ttlSeconds=600.`,
      );
    }
    if (field === "complianceTier" || field === "baselineModelPolicy") {
      fields[field] = text === "default" ? undefined : text;
      continue;
    }
    const target = cached === undefined ? fields.mechanics : fields.cache;
    target[cached ?? field] = text === "default" ? undefined : valueOf(text);
  }
  const issues: ConfigIssue[] = [];
  const settings = readWorkload(new FieldReader(fields, "", issues));
  if (issues.length === 0) return settings;
  const lines = issues.map(({ pointer, message }) => `${pointer} ${message}`);
  throw new GatewayError("ERR_INVALID_ARGUMENT", `The workload cannot be set so: ${lines.join("; ")}`);
}

function valueOf(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
}

function onOff(on: boolean): string {
  return on ? "on" : "off";
}

function noteOf({ mergedInto, autoKeyId, paused }: ListedWorkload): string {
  if (mergedInto !== undefined) return `counts for ${mergedInto}`;
  if (paused === true) return "paused";
  return autoKeyId === undefined ? "" : `told by fingerprint, key ${autoKeyId}`;
}
