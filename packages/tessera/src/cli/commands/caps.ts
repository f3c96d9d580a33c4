import { formatDollars } from "@tesserae/wire/cost";
import { CapTable } from "../../caps/cap-table.ts";
import { CAP_SCOPES, type Cap } from "../../caps/cap.ts";
import { Caps } from "../../caps/caps.ts";
import { SpendDays } from "../../caps/spend-days.ts";
import { type ConfigIssue, FieldReader } from "../../config/field-reader.ts";
import { GatewayError } from "../../config/gateway-error.ts";
import { readCaps } from "../../config/read-caps.ts";
import { readLedger } from "../../ledger/ledger-reader.ts";
import { type CommonOptions, withStore } from "../common-options.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson, printTable, tell } from "../output.ts";

/** What `tessera caps set` may be told. */
export interface SetCapOptions extends CommonOptions {
  readonly window: string;
  readonly usd?: string;
  readonly tokens?: number;
  readonly mode: string;
  readonly remove?: boolean;
}

/** Sets a cap, or takes it away. */
export async function setCapCommand(
  scope: string,
  subject: string | undefined,
  options: SetCapOptions,
): Promise<number> {
  const { window, usd, tokens, mode, remove = false } = options;
  const cap = capOf({ scope, subject, window, usd, tokens, mode });
  await withStore(options, (store) => {
    const table = new CapTable(store);
    if (remove) table.remove(cap);
    else table.set(cap);
  });
  if (options.json === true) printJson({ ...shown(cap), removed: remove });
  else tell(`${describe(cap)}: ${remove ? "taken away" : "set"}. A running gateway knows within seconds.`);
  return EXIT.ok;
}

function capOf(fields: Readonly<Record<string, unknown>>): Cap {
  const issues: ConfigIssue[] = [];
  const [cap] = readCaps([new FieldReader(fields, "", issues)]);
  if (cap !== undefined && issues.length === 0) return cap;
  const lines = issues.map(({ pointer, message }) => `${pointer.slice(1) || "it"} ${message}`);
  const advice = `Write it like: tessera caps set workload triage --window day --usd 5 (scopes: ${CAP_SCOPES.join(", ")}).`;
  throw new GatewayError("ERR_INVALID_ARGUMENT", `The cap cannot be set: ${lines.join("; ")}. ${advice}`);
}

/** Lists the caps, with what is spent in the open window. */
export async function listCapsCommand(options: CommonOptions): Promise<number> {
  const rows = await withStore(options, (store, { settings }) => {
    readLedger(store);
    const days = new SpendDays(store);
    const caps = new Caps({
      caps: new CapTable(store).over(settings.caps.limits),
      history: (scope, since) => days.since(scope, since),
    });
    return caps.caps.map((cap) => ({ cap, spent: spentOf(caps, cap) }));
  });
  if (options.json === true) printJson(rows.map(({ cap, spent }) => ({ ...shown(cap), spent: spent ?? null })));
  else if (rows.length === 0) tell("There are no caps. `tessera caps set` makes one.");
  else {
    printTable([
      ["SCOPE", "SUBJECT", "WINDOW", "LIMIT", "SPENT", "MODE"],
      ...rows.map(({ cap, spent }) => [
        cap.scope,
        cap.subject === "" ? "-" : cap.subject,
        cap.window,
        amount(cap, cap.limit),
        spent === undefined ? "-" : amount(cap, spent),
        cap.mode,
      ]),
    ]);
  }
  return EXIT.ok;
}

/** Of caps for each subject there are many sums; a workload is one of the tenant `default`. Tags are known by their hash. */
function spentOf(caps: Caps, cap: Cap): bigint | undefined {
  if (cap.subject === "*" || cap.scope === "customer_tag") return undefined;
  return caps.used(cap, { tenant: "default", subject: cap.subject });
}

function shown(cap: Cap): object {
  const limit = cap.unit === "usd" ? { limit_usd: formatDollars(cap.limit) } : {};
  return { ...cap, ...limit };
}

function amount(cap: Cap, value: bigint): string {
  return cap.unit === "usd" ? `$${formatDollars(value)}` : `${value} tokens`;
}

function describe(cap: Cap): string {
  const whose = cap.scope === "global" ? "all requests" : `${cap.scope} ${cap.subject}`;
  return `Cap of ${amount(cap, cap.limit)} a ${cap.window} for ${whose} (${cap.mode})`;
}
