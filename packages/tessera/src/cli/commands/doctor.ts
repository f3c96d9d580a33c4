import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Settings } from "../../config/settings.ts";
import { findGateway } from "../../find-gateway.ts";
import { Keys } from "../../keys/keys.ts";
import { readPepper } from "../../keys/pepper.ts";
import { openStore, type Store } from "../../store/store.ts";
import { type CommonOptions, settingsOf } from "../common-options.ts";
import { EXIT } from "../exit-codes.ts";
import { type Finding, ok, problem, warning } from "../finding.ts";
import { examineEnvironmentFiles } from "./examine-environment.ts";
import { examineLedger } from "./examine-ledger.ts";
import { examineUpstream } from "./examine-upstream.ts";
import { printJson, printTable } from "../output.ts";

/** What `tessera doctor` may be told. */
export interface DoctorOptions extends CommonOptions {
  readonly offline?: boolean;
}

/** Longer than this is longer than a gateway's commits should wait. */
const SLOW_MS = 200;
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
    ...examineEnvironmentFiles(process.cwd()),
    ...examineFiles(settings, file),
    ...examineDatabase(settings),
    await examineGateway(settings),
    ...(await Promise.all(upstreams.map((upstream) => examineUpstream(upstream, Date.now)))).flat(),
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
        examineSpeed(store),
        ...examineLedger(store, Date.now()),
      ];
    } finally {
      store.close();
    }
  } catch (error) {
    return [problem("keys", error instanceof Error ? error.message : String(error))];
  }
}

/** How long it takes until a write could begin: a disk or another process may hold it up. */
function examineSpeed({ database }: Store): Finding {
  const begun = performance.now();
  database.exec("BEGIN IMMEDIATE");
  database.exec("ROLLBACK");
  const taken = Math.ceil(performance.now() - begun);
  return taken < SLOW_MS
    ? ok("store", `can be written within ${taken} ms`)
    : warning("store", `took ${taken} ms to be ready for a write`);
}

async function examineGateway({ store }: Settings): Promise<Finding> {
  const found = await findGateway(dirname(store.path));
  return found === undefined
    ? ok("gateway", "none runs on this database")
    : ok("gateway", `runs on ${found.url} (process ${found.pid})`);
}
