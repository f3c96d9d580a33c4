import { existsSync, statfsSync, statSync } from "node:fs";
import { get as getPlain } from "node:http";
import { get as getSecure } from "node:https";
import { dirname } from "node:path";
import { unknownVariables } from "../../config/environment-overrides.ts";
import type { Settings } from "../../config/settings.ts";
import type { Upstream } from "../../exchange.ts";
import { findGateway } from "../../find-gateway.ts";
import { Keys } from "../../keys/keys.ts";
import { readPepper } from "../../keys/pepper.ts";
import { openStore } from "../../store/store.ts";
import { type CommonOptions, settingsOf } from "../common-options.ts";
import { EXIT } from "../exit-codes.ts";
import { type Finding, ok, problem, warning } from "../finding.ts";
import { examineLedger } from "./examine-ledger.ts";
import { printJson, printTable } from "../output.ts";

/** What `tessera doctor` may be told. */
export interface DoctorOptions extends CommonOptions {
  readonly offline?: boolean;
}

const PATIENCE_MS = 5000;
const LITTLE_BYTES = 512 * 1024 * 1024;

/** Looks at what a gateway needs, and says what is missing. Spends no tokens. */
export async function doctorCommand(options: DoctorOptions): Promise<number> {
  const findings = await examine(options);
  if (options.json === true) printJson(findings);
  else printTable(findings.map(({ check, state, detail }) => [state, check, detail]));
  return findings.some(({ state }) => state === "problem") ? EXIT.failed : EXIT.ok;
}

async function examine(options: DoctorOptions): Promise<readonly Finding[]> {
  const node = ok("node", `Node ${process.versions.node}`);
  const { settings, file } = settingsOf(options);
  const upstreams = options.offline === true ? [] : settings.upstreams;
  return [
    node,
    ok("configuration", file ?? "none: the defaults hold"),
    ...unknownVariables(process.env).map((name) => warning("environment", `${name} is no setting and does nothing`)),
    ...examineFiles(settings, file),
    ...examineDatabase(settings),
    await examineGateway(settings),
    ...(await Promise.all(upstreams.map(examineUpstream))),
  ];
}

function examineFiles({ store, auth }: Settings, config: string | undefined): readonly Finding[] {
  const folder = dirname(store.path);
  if (!existsSync(store.path))
    return [warning("database", `${store.path} is not there yet: tessera init or serve makes it`)];
  const files = [store.path, `${store.path}.pepper`, ...(config === undefined ? [] : [config])].filter(existsSync);
  const open = files.filter((path) => path !== config && isOpen(path));
  const free = statfsSync(folder);
  const bytes = free.bavail * free.bsize;
  const pepper = (process.env[auth.pepperEnv] ?? "") === "" ? `${store.path}.pepper` : `the variable ${auth.pepperEnv}`;
  return [
    ...open.map((path) => problem("files", `others can read ${path}: chmod 600 ${path}`)),
    ...(open.length === 0 ? [ok("files", `${store.path} is its owner's alone; the pepper is in ${pepper}`)] : []),
    bytes < LITTLE_BYTES
      ? warning("disk", `${Math.round(bytes / 1024 ** 2)} MiB are free in ${folder}`)
      : ok("disk", `${(bytes / 1024 ** 3).toFixed(1)} GiB are free`),
  ];
}

/** Windows has no such rights. */
function isOpen(path: string): boolean {
  return process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0;
}

function examineDatabase({ store: { path }, auth }: Settings): readonly Finding[] {
  if (!existsSync(path)) return [];
  try {
    const store = openStore(path, { access: "share" });
    try {
      const pepper = readPepper({ variable: auth.pepperEnv, environment: process.env, databasePath: path });
      const count = new Keys({ store, pepper }).countUsable();
      const isEnough = count > 0 || auth.mode === "open";
      return [
        isEnough
          ? ok("keys", `${count} can be used`)
          : warning("keys", "there is none that can be used: tessera keys create"),
        ...examineLedger(store, Date.now()),
      ];
    } finally {
      store.close();
    }
  } catch (error) {
    return [problem("keys", error instanceof Error ? error.message : String(error))];
  }
}

async function examineGateway({ store }: Settings): Promise<Finding> {
  const found = await findGateway(dirname(store.path));
  return found === undefined
    ? ok("gateway", "none runs on this database")
    : ok("gateway", `runs on ${found.url} (process ${found.pid})`);
}

/** Any answer will do: without a key it is a refusal, which costs nothing. */
function examineUpstream({ id, kind, baseURL }: Upstream): Promise<Finding> {
  const url = `${baseURL}${kind === "anthropic" ? "/v1/models" : "/models"}`;
  const get = url.startsWith("https:") ? getSecure : getPlain;
  return new Promise((resolve) => {
    const request = get(url, { timeout: PATIENCE_MS, agent: false }, (response) => {
      response.resume();
      resolve(ok(`upstream ${id}`, `${baseURL} answers`));
    });
    request.on("timeout", () => request.destroy(new Error(`no answer in ${PATIENCE_MS / 1000} s`)));
    request.on("error", (error) =>
      resolve(warning(`upstream ${id}`, `${baseURL} cannot be reached: ${error.message}`)),
    );
  });
}
