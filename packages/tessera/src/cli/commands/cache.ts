import { GatewayError } from "../../config/gateway-error.ts";
import type { CommonOptions } from "../common-options.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson, printTable, tell } from "../output.ts";
import { fulfilled } from "../wish.ts";

/** Shows how full the cache is, and what it has done since the gateway was started. */
export async function cacheStatsCommand(options: CommonOptions): Promise<number> {
  const stats = await fulfilled(options, { type: "cache-stats" });
  if (options.json === true) printJson(stats);
  else printTable([["WHAT", "COUNT"], ...Object.entries(stats).map(([name, value]) => [name, textOf(value)])]);
  return EXIT.ok;
}

/** What `tessera cache purge` may be told. */
export interface PurgeOptions extends CommonOptions {
  readonly entry?: string;
  readonly workload?: string;
  readonly tenant: string;
}

/** Takes answers out of the cache: one, or all of a workload. */
export async function cachePurgeCommand(options: PurgeOptions): Promise<number> {
  const { entry, workload, tenant } = options;
  if ((entry === undefined) === (workload === undefined)) {
    throw new GatewayError("ERR_INVALID_ARGUMENT", "Name what is to go: --entry ID or --workload NAME, one of them.");
  }
  const answer = await fulfilled(
    options,
    workload === undefined
      ? { type: "cache-purge-entry", entry: entry ?? "" }
      : { type: "cache-purge-workload", tenant, workload },
  );
  if (options.json === true) printJson(answer);
  else tell(`Taken out of the cache: ${textOf(answer["removed"])}.`);
  return EXIT.ok;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
