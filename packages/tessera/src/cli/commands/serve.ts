import { once } from "node:events";
import { startGateway } from "../../start-gateway.ts";
import { type CommonOptions, settingsOf } from "../common-options.ts";
import { EXIT } from "../exit-codes.ts";
import { print, printJson, tell } from "../output.ts";

/** What `tessera serve` may be told. */
export interface ServeOptions extends CommonOptions {
  readonly port?: number;
  readonly host?: string;
}

/** Runs a gateway until it is told to end by Ctrl-C or SIGTERM; then requests in flight end first. */
export async function serveCommand(options: ServeOptions): Promise<number> {
  const { settings, file } = settingsOf(options);
  const { data } = settings.listen;
  const listen = { data: { host: options.host ?? data.host, port: options.port ?? data.port } };
  const gateway = await startGateway({ ...settings, listen }, { announce: true, warn: tell, log: print });
  const { mode } = settings.auth;
  if (options.json === true)
    printJson({ url: gateway.url, pid: process.pid, database: settings.store.path, auth: mode });
  else {
    tell(`tessera listens on ${gateway.url} (${file ?? "no configuration file"}; database ${settings.store.path}).`);
    tell(mode === "open" ? "No key is needed on this machine (auth.mode: open)." : "Keys: tessera keys create");
    tell(`Base URLs: ${gateway.url}/v1/openai and ${gateway.url}/v1/anthropic`);
  }
  const ended = new AbortController();
  await Promise.race(["SIGINT", "SIGTERM"].map((signal) => once(process, signal, { signal: ended.signal })));
  // A second signal ends the process at once, as Node does without a listener.
  ended.abort();
  if (options.json !== true) tell("Ending: requests in flight are let through first.");
  await gateway.close();
  return EXIT.ok;
}
