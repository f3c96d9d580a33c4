import type { Command } from "commander";
import { loadSettings, type LoadedSettings } from "../config/load-settings.ts";
import { GatewayError } from "../config/gateway-error.ts";
import { AdminKeys } from "../keys/admin-keys.ts";
import { Keys } from "../keys/keys.ts";
import { readPepper } from "../keys/pepper.ts";
import { openStore, type Store } from "../store/store.ts";

/** The tokens that a new key may use in a month unless something else is said: the free quota. */
export const FREE_TOKENS = 60_000_000;

/** What every command may be told. */
export interface CommonOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** Adds `--config` and `--json`. */
export function withCommonOptions(command: Command): Command {
  return command
    .option(
      "--config <file>",
      "the configuration (default: tessera.config.yaml or .json in this folder, if there is one)",
    )
    .option("--json", "print JSON");
}

/** The settings that a command works with. */
export function settingsOf({ config }: CommonOptions): LoadedSettings {
  return loadSettings({ file: config });
}

/** Does something with the database, beside a gateway that may have it open, and closes it. */
export async function withStore<T>(
  options: CommonOptions,
  use: (store: Store, loaded: LoadedSettings) => T | Promise<T>,
): Promise<T> {
  const loaded = settingsOf(options);
  const store = openStore(loaded.settings.store.path, { access: "share" });
  try {
    return await use(store, loaded);
  } finally {
    store.close();
  }
}

/** Does something with the keys. */
export function withKeys<T>(options: CommonOptions, use: (keys: Keys) => T): Promise<T> {
  return withPepper(options, (store, pepper) => use(new Keys({ store, pepper })));
}

/** Does something with the admin keys. */
export function withAdminKeys<T>(options: CommonOptions, use: (keys: AdminKeys) => T): Promise<T> {
  return withPepper(options, (store, pepper) => use(new AdminKeys({ store, pepper })));
}

function withPepper<T>(options: CommonOptions, use: (store: Store, pepper: string) => T): Promise<T> {
  return withStore(options, (store, { settings }) => {
    const variable = settings.auth.pepperEnv;
    return use(store, readPepper({ variable, environment: process.env, databasePath: store.path }));
  });
}

/** Reads the value of an option that is a whole number. */
export function whole(option: string, least = 0, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
    throw new GatewayError("ERR_INVALID_ARGUMENT", `${option} takes a whole number ${range}, not "${text}".`);
  };
}

/** Reads the value of an option that is a list with commas. */
export function list(text: string): readonly string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** Reads an option that may be given several times. */
export function repeated(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}
