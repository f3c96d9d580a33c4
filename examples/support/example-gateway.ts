/** A gateway in front of a provider that says what it is told, for the examples of teams behind it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { settingsFrom, startGateway } from "@tesserae/tessera";
import { startServer, type ScriptRule } from "@tesserae/tessen/serve";
import { formatDollars } from "@tesserae/wire/cost";

/** Where the clients of an example send their requests. */
export interface ExampleGateway {
  /** A key of the gateway. */
  readonly tesseraApiKey: string;
  readonly openaiURL: string;
  readonly anthropicURL: string;
  /** The requests that reached the provider, as their paths. */
  readonly asked: () => readonly string[];
  /** A line for each workload. */
  readonly report: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** Starts both; the provider speaks the protocols of OpenAI and Anthropic, and answers by the rules. */
export async function startExampleGateway(rules: readonly ScriptRule[]): Promise<ExampleGateway> {
  const provider = await startServer({ script: { rules } });
  const folder = await mkdtemp(join(tmpdir(), "tesserae-gateway-"));
  const settings = settingsFrom({
    listen: { data: "127.0.0.1:0" },
    store: { path: join(folder, "tessera.db") },
    upstreams: [
      { id: "openai", kind: "openai", baseURL: `${provider.url}/v1`, allowPrivate: true },
      { id: "anthropic", kind: "anthropic", baseURL: provider.url, allowPrivate: true },
    ],
  });
  const gateway = await startGateway(settings, { warn: () => {} });
  return {
    tesseraApiKey: gateway.createKey({ label: "example" }),
    openaiURL: `${gateway.url}/v1/openai`,
    anthropicURL: `${gateway.url}/v1/anthropic`,
    asked: () => provider.requests.map(({ path }) => path),
    report: async () => {
      await gateway.ledger.flush();
      const rows = gateway.ledger.totals({ by: "workload" });
      return rows
        .map(
          ({ name, requests, hits, actual }) =>
            `${name}: ${requests} requests, ${hits} hits, ${formatDollars(actual)} dollars`,
        )
        .toSorted();
    },
    close: async () => {
      await gateway.close();
      await provider.close();
      await rm(folder, { recursive: true });
    },
  };
}
