import { GatewayError } from "../../config/gateway-error.ts";
import type { ListedKey, NewKey } from "../../keys/keys.ts";
import { type CommonOptions, withKeys } from "../common-options.ts";
import { EXIT } from "../exit-codes.ts";
import { moment, print, printJson, printTable, tell } from "../output.ts";

/** What `tessera keys create` may be told. */
export interface CreateKeyOptions extends CommonOptions {
  readonly label?: string;
  readonly tenant?: string;
  /** Days. */
  readonly expires?: number;
  readonly models?: readonly string[];
  readonly upstreams?: readonly string[];
  readonly workloads?: readonly string[];
  readonly workload?: string;
  readonly rpm?: number;
  readonly tpm?: number;
  readonly concurrency?: number;
  /** A number of tokens, or `none`. */
  readonly monthlyTokens: string;
  readonly mayTrace?: boolean;
}

const DAY_MS = 86_400_000;

/** Makes a key and prints it: the one place where a secret is shown, once. */
export async function createKeyCommand(options: CreateKeyOptions): Promise<number> {
  const { key, record } = await withKeys(options, (keys) => keys.create(newKey(options)));
  if (options.json === true) printJson({ key, ...record });
  else {
    print(key);
    tell(`This is the only time that the key ${record.id} is shown: keep it. Send it as the header x-tessera-api-key.`);
  }
  return EXIT.ok;
}

function newKey(options: CreateKeyOptions): NewKey {
  const { label, tenant, expires, models, upstreams, workloads, workload, rpm, tpm, concurrency } = options;
  const quota = tokensOf(options.monthlyTokens);
  return {
    ...(label === undefined ? {} : { label }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(expires === undefined ? {} : { expiresAt: Date.now() + expires * DAY_MS }),
    ...(models === undefined ? {} : { allowedModels: models }),
    ...(upstreams === undefined ? {} : { allowedUpstreams: upstreams }),
    ...(workloads === undefined ? {} : { allowedWorkloads: workloads }),
    ...(workload === undefined ? {} : { boundWorkload: workload }),
    ...(rpm === undefined ? {} : { rpm }),
    ...(tpm === undefined ? {} : { tpm }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(quota === undefined ? {} : { monthlyTokenQuota: quota }),
    ...(options.mayTrace === true ? { mayTrace: true } : {}),
  };
}

function tokensOf(text: string): number | undefined {
  if (text === "none") return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw new GatewayError("ERR_INVALID_ARGUMENT", `--monthly-tokens takes a whole number or none, not "${text}".`);
}

/** Lists the keys, without their secrets. */
export async function listKeysCommand(options: CommonOptions): Promise<number> {
  const all = await withKeys(options, (keys) => keys.list());
  if (options.json === true) printJson(all);
  else if (all.length === 0) tell("There are no keys. `tessera keys create` makes one.");
  else {
    printTable([
      ["ID", "TENANT", "LABEL", "CREATED", "LAST USED", "STATE"],
      ...all.map((key) => [
        key.id,
        key.tenant,
        key.label,
        moment(key.createdAt),
        key.lastUsedDay ?? "never",
        stateOf(key),
      ]),
    ]);
  }
  return EXIT.ok;
}

function stateOf({ revokedAt, expiresAt }: ListedKey): string {
  if (revokedAt !== undefined) return `revoked ${moment(revokedAt)}`;
  if (expiresAt === undefined) return "valid";
  return `${expiresAt <= Date.now() ? "expired" : "valid until"} ${moment(expiresAt)}`;
}

/** Gives a key another secret and prints it, once. */
export async function rotateKeyCommand(id: string, options: CommonOptions): Promise<number> {
  const { key, record } = await withKeys(options, (keys) => keys.rotate(id));
  if (options.json === true) printJson({ key, ...record });
  else {
    print(key);
    tell(`This is the only time that the key ${id} is shown. Its former secret is refused within seconds.`);
  }
  return EXIT.ok;
}

/** Takes a key back. A running gateway refuses it within seconds. */
export async function revokeKeyCommand(id: string, options: CommonOptions): Promise<number> {
  const revoked = await withKeys(options, (keys) => keys.revoke(id));
  if (options.json === true) printJson({ id, revoked });
  else tell(revoked ? `The key ${id} is revoked.` : `The key ${id} was revoked before.`);
  return EXIT.ok;
}
