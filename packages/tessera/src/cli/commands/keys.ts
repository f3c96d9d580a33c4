import { GatewayError } from "../../config/gateway-error.ts";
import { ADMIN_ROLES } from "../../keys/admin-keys.ts";
import type { ListedKey, NewKey } from "../../keys/keys.ts";
import { type CommonOptions, withAdminKeys, withKeys } from "../common-options.ts";
import { EXIT } from "../exit-codes.ts";
import { moment, print, printJson, printTable, tell } from "../output.ts";

/** What commands about keys may be told. */
export interface KeyOptions extends CommonOptions {
  /** About admin keys. */
  readonly admin?: boolean;
}

/** What `tessera keys create` may be told. */
export interface CreateKeyOptions extends KeyOptions {
  /** Of an admin key. */
  readonly role?: string;
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
  if (options.role !== undefined && options.admin !== true) {
    throw new GatewayError("ERR_INVALID_ARGUMENT", "--role is for admin keys: give --admin with it.");
  }
  if (options.admin === true) return createAdminKey(options);
  const { key, record } = await withKeys(options, (keys) => keys.create(newKey(options)));
  if (options.json === true) printJson({ key, ...record });
  else {
    print(key);
    tell(`This is the only time that the key ${record.id} is shown: keep it. Send it as the header x-tessera-api-key.`);
  }
  return EXIT.ok;
}

async function createAdminKey(options: CreateKeyOptions): Promise<number> {
  const { label, expires } = options;
  const role = ADMIN_ROLES.find((one) => one === (options.role ?? "viewer"));
  if (role === undefined) {
    throw new GatewayError("ERR_INVALID_ARGUMENT", `--role takes ${ADMIN_ROLES.join(", ")}, not "${options.role}".`);
  }
  const callers = CALLERS_OPTIONS.filter((name) => options[name] !== undefined);
  if (callers.length > 0) {
    throw new GatewayError("ERR_INVALID_ARGUMENT", `An admin key has a role and nothing of --${callers.join(", --")}.`);
  }
  const { key, record } = await withAdminKeys(options, (keys) =>
    keys.create({
      role,
      ...(label === undefined ? {} : { label }),
      ...(expires === undefined ? {} : { expiresAt: Date.now() + expires * DAY_MS }),
    }),
  );
  if (options.json === true) printJson({ key, ...record });
  else {
    print(key);
    tell(
      `This is the only time that the admin key ${record.id} (${role}) is shown: keep it. It is good for no request.`,
    );
  }
  return EXIT.ok;
}

/** Options of keys of callers. */
const CALLERS_OPTIONS = [
  "tenant",
  "models",
  "upstreams",
  "workloads",
  "workload",
  "rpm",
  "tpm",
  "concurrency",
] as const;

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
export async function listKeysCommand(options: KeyOptions): Promise<number> {
  if (options.admin === true) return listAdminKeys(options);
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

async function listAdminKeys(options: KeyOptions): Promise<number> {
  const all = await withAdminKeys(options, (keys) => keys.list());
  if (options.json === true) printJson(all);
  else if (all.length === 0) tell("There are no admin keys. `tessera keys create --admin --role viewer` makes one.");
  else {
    const rows = all.map((key) => [key.id, key.role, key.label, moment(key.createdAt), stateOf(key)]);
    printTable([["ID", "ROLE", "LABEL", "CREATED", "STATE"], ...rows]);
  }
  return EXIT.ok;
}

function stateOf({ revokedAt, expiresAt }: Pick<ListedKey, "revokedAt" | "expiresAt">): string {
  if (revokedAt !== undefined) return `revoked ${moment(revokedAt)}`;
  if (expiresAt === undefined) return "valid";
  return `${expiresAt <= Date.now() ? "expired" : "valid until"} ${moment(expiresAt)}`;
}

/** Gives a key another secret and prints it, once. */
export async function rotateKeyCommand(id: string, options: CommonOptions): Promise<number> {
  const { key, record } = await unlessOfAdmin(id, options, () => withKeys(options, (keys) => keys.rotate(id)));
  if (options.json === true) printJson({ key, ...record });
  else {
    print(key);
    tell(`This is the only time that the key ${id} is shown. Its former secret is refused within seconds.`);
  }
  return EXIT.ok;
}

/** Takes a key back. A running gateway refuses it within seconds. */
export async function revokeKeyCommand(id: string, options: KeyOptions): Promise<number> {
  const revoked =
    options.admin === true
      ? await withAdminKeys(options, (keys) => keys.revoke(id))
      : await unlessOfAdmin(id, options, () => withKeys(options, (keys) => keys.revoke(id)));
  if (options.json === true) printJson({ id, revoked });
  else tell(revoked ? `The key ${id} is revoked.` : `The key ${id} was revoked before.`);
  return EXIT.ok;
}

/** Says of an id that no caller's key has, should it be an admin key's, how those are treated. */
async function unlessOfAdmin<T>(id: string, options: CommonOptions, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    const isOfAdmin = await withAdminKeys(options, (keys) => keys.list().some((key) => key.id === id));
    if (!isOfAdmin) throw cause;
    const message = `${id} is an admin key: \`tessera keys revoke ${id} --admin\` takes it back. It has no other secret.`;
    throw new GatewayError("ERR_INVALID_ARGUMENT", message, { cause });
  }
}
