import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, extname, join, resolve } from "node:path";
import { parse } from "yaml";
import { unknownVariables, withEnvironment } from "./environment-overrides.ts";
import { GatewayError } from "./gateway-error.ts";
import { readSettings } from "./read-settings.ts";
import type { Settings } from "./settings.ts";

const FILES = ["tessera.config.yaml", "tessera.config.yml", "tessera.config.json"];

/** Where settings come from. */
export interface LoadOptions {
  /** The configuration file. Default: `tessera.config.yaml`, `.yml` or `.json` in the folder, where there is one. */
  readonly file?: string | undefined;
  /** Default: the present one. */
  readonly folder?: string | undefined;
  /** Default: the process's own. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Settings and where they were read. */
export interface LoadedSettings {
  readonly settings: Settings;
  /** Absolute; `undefined` where there is no file. */
  readonly file: string | undefined;
}

/**
 * Reads the configuration file, if there is one, with what the environment says in place of it. A relative path in the
 * file is one from its folder; without a path the database is `tessera.db` in the state folder.
 *
 * @throws GatewayError `ERR_NOT_FOUND` for a file that is not there, `ERR_INVALID_ARGUMENT` with every problem of the
 *   configuration, each with its JSON pointer, and with every variable `TESSERA_…` that is no setting.
 */
export function loadSettings(options: LoadOptions = {}): LoadedSettings {
  const { environment = process.env } = options;
  const folder = resolve(options.folder ?? ".");
  const file = options.file === undefined ? findFile(folder) : resolve(folder, options.file);
  const config = withEnvironment(file === undefined ? {} : readFile(file), environment);
  const settings = settingsFrom(config, file ?? "the environment");
  const unknown = unknownVariables(environment, variablesOf(settings));
  if (unknown.length > 0) {
    const lines = unknown.map((sentence) => `  ${sentence}`).join("\n");
    throw new GatewayError("ERR_INVALID_ARGUMENT", `the environment cannot be used:\n${lines}`);
  }
  const base = file === undefined ? folder : dirname(file);
  const { path } = settings.store;
  return {
    settings: {
      ...settings,
      store: {
        ...settings.store,
        path: path === "" ? join(stateFolder(environment), "tessera.db") : resolve(base, path),
      },
      ledger: {
        ...settings.ledger,
        anchors: settings.ledger.anchors.map((anchor) => ({ ...anchor, path: resolve(base, anchor.path) })),
      },
    },
    file,
  };
}

/** The folder of the gateway's files where nothing else is said: `TESSERA_HOME`, else `.tessera` of the user's own. */
export function stateFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  return resolve(environment["TESSERA_HOME"] || join(homedir(), ".tessera"));
}

/**
 * Settings from a plain object as the file has them, defaults filled in.
 *
 * @throws GatewayError `ERR_INVALID_ARGUMENT` with every problem, each with its JSON pointer.
 */
export function settingsFrom(config: unknown, origin = "the settings"): Settings {
  const { settings, issues } = readSettings(config);
  if (issues.length === 0) return settings;
  const lines = issues.map(({ pointer, message }) => `  ${pointer === "" ? "/" : pointer} ${message}`);
  throw new GatewayError("ERR_INVALID_ARGUMENT", `${origin} cannot be used:\n${lines.join("\n")}`);
}

/** The variables that settings name, which may be called anything. */
function variablesOf({ auth, cache, ledger, upstreams }: Settings): readonly string[] {
  const keys = upstreams.flatMap(({ credentialEnv }) => (credentialEnv === undefined ? [] : [credentialEnv]));
  const cacheKey = cache.encryptionKeyEnv === undefined ? [] : [cache.encryptionKeyEnv];
  return [auth.pepperEnv, ledger.signingKeyEnv, ...cacheKey, ...keys];
}

function findFile(folder: string): string | undefined {
  return FILES.map((name) => join(folder, name)).find((path) => existsSync(path));
}

function readFile(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new GatewayError("ERR_NOT_FOUND", `The configuration ${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
  try {
    // YAML takes JSON as well, but JSON's own parser says better what is wrong with it.
    return extname(file) === ".json" ? JSON.parse(text) : (parse(text, { prettyErrors: true }) ?? {});
  } catch (cause) {
    const form = extname(file) === ".json" ? "JSON" : "YAML";
    throw new GatewayError("ERR_INVALID_ARGUMENT", `${file} is no ${form}: ${messageOf(cause)}`, { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.trim() : String(error);
}
