import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isTesseraeError, type JsonObject } from "@tesserae/core";
import type { GatewayTransport, Transport } from "@tesserae/ext/gateway";
import type { FoundUpstream, LedgerRow } from "@tesserae/tessera";
import { CommandError } from "../cli/command-error.ts";
import { messageOf } from "../cli/report-error.ts";
import { tell } from "../cli/terminal.ts";
import { billOf, type GatewayBill } from "./gateway-bill.ts";
import { rowsOfRun } from "./ledger-of-run.ts";
import type { ModelRoute } from "./model-route.ts";

/**
 * Which gateway a command sends its model calls through: none; the one at an address; the one that runs here, else one of
 * the command's own; or one of its own in any case, which is let go where its database is in use.
 */
export type GatewayChoice = boolean | string;
/** How often, and how many milliseconds apart, it is looked for the rows of another process. */
const LOOKS = 20;
const LOOK_MS = 25;
/** The choice of a gateway of the command's own. */
export const OWN = "own";

/** The gateway of a command. */
export interface CommandGateway {
  readonly transport: Transport;
  /** For the labels of a run: where its ledger is. */
  readonly labels: JsonObject;
  bill(runId: string): Promise<GatewayBill | undefined>;
  close(): Promise<void>;
}

/** Finds or starts the gateway of a command. */
export async function openGateway(
  choice: GatewayChoice,
  routes: readonly ModelRoute[],
): Promise<CommandGateway | undefined> {
  if (choice === false) return undefined;
  if (typeof choice === "string" && choice !== OWN) return connectTo(addressOf(choice), routes, undefined);
  const { findGateway, stateFolder } = await import("@tesserae/tessera");
  const folder = stateFolder();
  const found = choice === OWN ? undefined : await findGateway(folder);
  if (found !== undefined) {
    tell(`The gateway at ${found.url} is used (process ${found.pid}).`);
    return connectTo(found.url, knownRoutes(routes, found.upstreams), folder);
  }
  try {
    return await startOwn(folder, routes);
  } catch (error) {
    if (choice !== OWN || !isTesseraeError(error, "ERR_STORE_LOCKED")) {
      const advice = isTesseraeError(error, "ERR_STORE_LOCKED") ? " Start `tessera serve`, which many can use." : "";
      throw new CommandError(`--gateway: ${messageOf(error)}${advice}`, { cause: error });
    }
    tell("Another process uses the gateway's files: this run has a gateway of its own, without its cache and ledger.");
    return startPrivate(routes);
  }
}

function addressOf(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new CommandError(`--gateway ${given}: that is no address of a gateway, such as http://127.0.0.1:8484.`);
  }
  return given.replace(/\/+$/, "");
}

/** A gateway that runs by itself. Its keys are its own: `TESSERA_API_KEY` is the one that it is given. */
async function connectTo(
  url: string,
  routes: readonly ModelRoute[],
  folder: string | undefined,
): Promise<CommandGateway> {
  const transport = await transportTo(url, routes, process.env["TESSERA_API_KEY"]);
  return {
    transport,
    labels: { url, ...(folder === undefined ? {} : { state: folder }) },
    bill: async (runId) =>
      folder === undefined ? undefined : billOf(await writtenRows(folder, runId, transport.sent)),
    close: () => transport.close(),
  };
}

/**
 * The routes that a gateway leads to, by its own names for them. Only the same address is the same place: a provider's key
 * must not go to another.
 */
function knownRoutes(routes: readonly ModelRoute[], upstreams: readonly FoundUpstream[]): readonly ModelRoute[] {
  return routes.flatMap((route) => {
    const address = (route.upstreamUrl ?? route.baseUrl).replace(/\/+$/, "");
    const upstream = upstreams.find(({ baseURL }) => baseURL.replace(/\/+$/, "") === address);
    return upstream === undefined ? [] : [{ ...route, id: upstream.id }];
  });
}

/** A gateway of another process writes its rows within a moment of each answer. */
async function writtenRows(folder: string, runId: string, expected: number): Promise<readonly LedgerRow[]> {
  for (let look = 0; ; look += 1) {
    const rows = await rowsOfRun(folder, runId);
    if (rows.length >= expected || look === LOOKS) return rows;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function startOwn(folder: string, routes: readonly ModelRoute[]): Promise<CommandGateway> {
  const { settingsFrom, startGateway } = await import("@tesserae/tessera");
  const settings = settingsFrom({
    listen: { data: "127.0.0.1:0" },
    auth: { mode: "open" },
    store: { kind: "sqlite", path: join(folder, "tessera.db") },
    upstreams: routes.map((route) => ({
      id: route.id,
      kind: route.protocol === "anthropic" ? "anthropic" : route.id === "openai" ? "openai" : "openai-compatible",
      baseURL: route.upstreamUrl ?? route.baseUrl,
      allowPrivate: true,
      pricesOf: route.pricesOf,
    })),
  });
  const gateway = await startGateway(settings, { warn: (text) => tell(`Gateway: ${text}`) });
  const transport = await transportTo(gateway.url, routes, undefined);
  return {
    transport,
    labels: { state: folder },
    bill: async (runId) => {
      await gateway.ledger.flush();
      return billOf(gateway.ledger.rowsOfRun(runId));
    },
    close: async () => {
      await transport.close();
      await gateway.close();
    },
  };
}

async function startPrivate(routes: readonly ModelRoute[]): Promise<CommandGateway> {
  const folder = mkdtempSync(join(tmpdir(), "tesserae-gateway-"));
  const gateway = await startOwn(folder, routes);
  return {
    ...gateway,
    labels: {},
    close: async () => {
      await gateway.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function transportTo(
  url: string,
  routes: readonly ModelRoute[],
  apiKey: string | undefined,
): Promise<GatewayTransport> {
  const { GatewayTransport } = await import("@tesserae/ext/gateway");
  return new GatewayTransport({
    url,
    apiKey,
    routes,
    onDirect: (origin) => tell(`The gateway knows nothing of ${origin}: its calls are sent there directly.`),
  });
}
