/** The mechanics that this release has. */
export type MechanicId = "m2" | "m4";

/** A named stream of like requests inside one tenant. */
export interface Workload {
  readonly tenant: string;
  readonly name: string;
  /** Whether each mechanic is on. */
  readonly mechanics: Readonly<Record<MechanicId, boolean>>;
  readonly cache: {
    readonly scope: "workload" | "key" | "tenant" | "user";
    readonly ttlSeconds: number;
    readonly bindCredential: boolean;
    readonly ignoreUser: boolean;
    /** `null`: any temperature. */
    readonly maxTemperature: number | null;
    readonly maxReplaysPerMinute: number | null;
  };
}
