import { GatewayError } from "../config/gateway-error.ts";
import { isAllowed } from "../keys/glob.ts";
import type { WorkloadDirectory, WorkloadQuery } from "../ports.ts";
import type { Store } from "../store/store.ts";
import { fingerprint } from "./fingerprint.ts";
import { isWorkloadName, WORKLOAD_NAME_RULE } from "./workload-name.ts";
import {
  type BaselinePolicy,
  type ComplianceTier,
  policyOf,
  tierOf,
  workloadOf,
  type WorkloadSettings,
} from "./workload-settings.ts";
import { type SeenWorkload, WORKLOAD_MIGRATIONS, WorkloadTable } from "./workload-table.ts";
import type { Workload } from "./workload.ts";

/** The most workloads that are told by fingerprint, for each key. */
const AUTO_LIMIT = 200;
/** More names than this are served, and neither kept in memory nor listed: a caller may make up any number of them. */
const KEPT_LIMIT = 10_000;
const DEFAULT_NAME = "default";

/** How the workloads are kept. */
export interface WorkloadsOptions {
  readonly store: Store;
  /** What every workload is, as far as nobody says otherwise. */
  readonly defaults?: WorkloadSettings;
  /** By name, for every tenant. What `set` says goes before it. */
  readonly configured?: Readonly<Record<string, WorkloadSettings>>;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** Gets what an operator should know, a sentence each. Default: a warning of the process. */
  readonly warn?: (text: string) => void;
}

/** A workload as lists show it. */
export interface ListedWorkload extends Workload {
  readonly complianceTier: ComplianceTier;
  readonly baselineModelPolicy: BaselinePolicy;
  /** Present where requests are passed on as they are. */
  readonly paused?: true;
  /** Milliseconds since 1970; absent when no request was made under it yet. */
  readonly firstSeen?: number;
  readonly autoKeyId?: string;
  /** The workload that its requests count for. */
  readonly mergedInto?: string;
}

/** The workloads: how each request finds its own, and what is set for them. */
export class Workloads implements WorkloadDirectory {
  readonly #table: WorkloadTable;
  #defaults: WorkloadSettings;
  #configured: ReadonlyMap<string, WorkloadSettings>;
  readonly #now: () => number;
  readonly #warn: (text: string) => void;
  /** These by tenant and name. */
  #settings = new Map<string, WorkloadSettings>();
  #merges = new Map<string, string>();
  readonly #seen = new Map<string, SeenWorkload>();
  /** The names that were told by fingerprint, by key. */
  readonly #autos = new Map<string, Set<string>>();
  /** The names that were told by fingerprint, by what they were told from. */
  readonly #known = new Map<string, string>();
  /** By tenant and name: what was made of the settings. */
  readonly #made = new Map<string, Workload>();
  /** The keys that were warned of. */
  readonly #overflowed = new Set<string>();

  /** Brings the tables up to date. */
  constructor(options: WorkloadsOptions) {
    options.store.migrate("workloads", WORKLOAD_MIGRATIONS);
    this.#table = new WorkloadTable(options.store.database);
    this.#defaults = options.defaults ?? {};
    this.#configured = new Map(Object.entries(options.configured ?? {}));
    this.#now = options.now ?? Date.now;
    this.#warn = options.warn ?? ((text) => process.emitWarning(text, { code: "TESSERA_WORKLOADS" }));
    for (const seen of this.#table.seen()) this.#note(seen);
    this.reload();
  }

  resolve(query: WorkloadQuery): Workload | { readonly refused: string } {
    const { key } = query;
    const said = query.header ?? key.boundWorkload ?? usable(query.featureTag);
    const found = said ?? this.#auto(query) ?? DEFAULT_NAME;
    const name = this.#merges.size === 0 ? found : (this.#merges.get(placeOf(key.tenant, found)) ?? found);
    if (!isAllowed(key.allowedWorkloads, name)) return { refused: name };
    return this.#workload(key.tenant, name);
  }

  /** What is in force for a workload, whether it was seen or not. */
  find(tenant: string, name: string): ListedWorkload {
    const { autoKeyId, firstSeen } = this.#seen.get(placeOf(tenant, name)) ?? {};
    const mergedInto = this.#merges.get(placeOf(tenant, name));
    const said = [this.#defaults, this.#configured.get(name) ?? {}, this.settingsOf(tenant, name)] as const;
    return {
      ...this.#make(tenant, name),
      complianceTier: tierOf(...said),
      baselineModelPolicy: policyOf(...said),
      ...(firstSeen === undefined ? {} : { firstSeen }),
      ...(autoKeyId === undefined ? {} : { autoKeyId }),
      ...(mergedInto === undefined ? {} : { mergedInto }),
      ...(this.settingsOf(tenant, name).paused === true ? { paused: true } : {}),
    };
  }

  /** All workloads that were seen, and those that something is set for: in the configuration, for this tenant. */
  list(tenant: string): readonly ListedWorkload[] {
    const configured = [...this.#configured.keys()].map((name) => placeOf(tenant, name));
    const places = new Set([...this.#seen.keys(), ...this.#settings.keys(), ...this.#merges.keys(), ...configured]);
    return [...places].sort().map((place) => this.find(...placeParts(place)));
  }

  /** What was set for a workload, apart from defaults and configuration. */
  settingsOf(tenant: string, name: string): WorkloadSettings {
    return this.#settings.get(placeOf(tenant, name)) ?? {};
  }

  /**
   * Sets what a workload is, in place of what was set for it before.
   *
   * @throws GatewayError `ERR_INVALID_ARGUMENT` for what cannot be a name.
   */
  set(tenant: string, name: string, settings: WorkloadSettings): void {
    checkName(name);
    this.#table.set(tenant, name, settings);
    this.reload();
  }

  /** From now on requests of a workload are passed on as they are, or are treated again as was set for it. */
  pause(tenant: string, name: string, paused: boolean): void {
    const { paused: _, ...settings } = this.settingsOf(tenant, name);
    this.set(tenant, name, paused ? { ...settings, paused } : settings);
  }

  /**
   * From now on requests of the first workload count for the second one.
   *
   * @throws GatewayError `ERR_INVALID_ARGUMENT` for names that cannot be, and when the second one was merged itself.
   */
  merge(tenant: string, from: string, into: string): void {
    checkName(from);
    checkName(into);
    const targets = [...this.#merges].filter(([place]) => placeParts(place)[0] === tenant).map(([, target]) => target);
    if (from === into || this.#merges.has(placeOf(tenant, into)) || targets.includes(from)) {
      throw new GatewayError(
        "ERR_INVALID_ARGUMENT",
        `${from} cannot be merged into ${into}: a workload that others are merged into cannot be merged itself.`,
      );
    }
    this.#table.merge(tenant, from, into);
    this.reload();
  }

  /** Reads settings and merges anew: another process may have changed them. */
  reload(): void {
    this.#settings = new Map(this.#table.settings().map((row) => [placeOf(row.tenant, row.name), row.value]));
    this.#merges = new Map(this.#table.merges().map((row) => [placeOf(row.tenant, row.name), row.value]));
    this.#made.clear();
  }

  /** Puts another configuration in the place of that which the workloads were made with. */
  configure({ defaults = {}, configured = {} }: Pick<WorkloadsOptions, "defaults" | "configured">): void {
    this.#defaults = defaults;
    this.#configured = new Map(Object.entries(configured));
    this.#made.clear();
  }

  #auto({ key, upstream, dialect, body }: WorkloadQuery): string | undefined {
    const name = fingerprint({ keyId: key.id, upstreamId: upstream.id, dialect, body: body() }, this.#known);
    if (name === undefined) return undefined;
    const known = this.#autos.get(key.id);
    if (known?.has(name) === true) return name;
    if (known === undefined || known.size < AUTO_LIMIT) {
      this.#remember({ tenant: key.tenant, name, autoKeyId: key.id, firstSeen: this.#now() });
      return name;
    }
    if (!this.#overflowed.has(key.id)) {
      this.#overflowed.add(key.id);
      this.#warn(
        `The key ${key.id} has sent requests of more than ${AUTO_LIMIT} kinds without a workload's name: ` +
          `further ones count for the workload "${DEFAULT_NAME}". Name them with the header x-tessera-workload.`,
      );
    }
    return undefined;
  }

  #workload(tenant: string, name: string): Workload {
    const place = placeOf(tenant, name);
    const made = this.#made.get(place);
    if (made !== undefined) return made;
    const workload = this.#make(tenant, name);
    if (this.#made.size < KEPT_LIMIT) this.#made.set(place, workload);
    if (!this.#seen.has(place) && this.#seen.size < KEPT_LIMIT) {
      this.#remember({ tenant, name, firstSeen: this.#now() });
    }
    return workload;
  }

  #make(tenant: string, name: string): Workload {
    const configured = this.#configured.get(name) ?? {};
    return workloadOf(tenant, name, this.#defaults, configured, this.settingsOf(tenant, name));
  }

  /** A row that cannot be written, for example beside a long write, is no reason to refuse a request. */
  #remember(seen: SeenWorkload): void {
    this.#note(seen);
    try {
      this.#table.remember(seen);
    } catch {
      // It is written when a gateway sees it next.
    }
  }

  #note(seen: SeenWorkload): void {
    this.#seen.set(placeOf(seen.tenant, seen.name), seen);
    if (seen.autoKeyId === undefined) return;
    const names = this.#autos.get(seen.autoKeyId) ?? new Set();
    this.#autos.set(seen.autoKeyId, names.add(seen.name));
  }
}

/** A feature tag names a workload only if it could be one's name. */
function usable(featureTag: string | undefined): string | undefined {
  return featureTag !== undefined && isWorkloadName(featureTag) ? featureTag : undefined;
}

function checkName(name: string): void {
  if (isWorkloadName(name)) return;
  throw new GatewayError("ERR_INVALID_ARGUMENT", `"${name}" cannot name a workload: ${WORKLOAD_NAME_RULE}.`);
}

/** Names of workloads hold no line feed. */
function placeOf(tenant: string, name: string): string {
  return `${tenant}\n${name}`;
}

function placeParts(place: string): readonly [tenant: string, name: string] {
  const at = place.lastIndexOf("\n");
  return [place.slice(0, at), place.slice(at + 1)];
}
