import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import type { LoadedSettings } from "../../config/load-settings.ts";
import type { Settings } from "../../config/settings.ts";
import { redacted } from "../../http/log/redact.ts";
import { type RunningGateway, startGateway } from "../../start-gateway.ts";
import { type CommonOptions, settingsOf } from "../common-options.ts";
import { EXIT } from "../exit-codes.ts";
import { print, printJson, tell } from "../output.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;
/** A terminal or a service manager tells all processes of a group, and the launcher among them passes the signal on. */
const REPEATED_MS = 1000;

/** What `tessera serve` may be told. */
export interface ServeOptions extends CommonOptions {
  readonly port?: number;
  readonly host?: string;
}

/**
 * Runs a gateway until it is told to end by Ctrl-C or SIGTERM; then requests in flight end first. On SIGHUP it reads its
 * configuration anew.
 */
export async function serveCommand(options: ServeOptions): Promise<number> {
  const { settings, file } = settingsToServe(options);
  // A name that a caller made up may look like a key.
  const warn = (text: string): void => tell(redacted(text));
  const gateway = await startGateway(settings, { announce: true, warn, log: print });
  const { mode } = settings.auth;
  if (options.json === true)
    printJson({ url: gateway.url, pid: process.pid, database: settings.store.path, auth: mode });
  else {
    tell(`tessera listens on ${gateway.url} (${file ?? "no configuration file"}; database ${settings.store.path}).`);
    tell(mode === "open" ? "No key is needed on this machine (auth.mode: open)." : "Keys: tessera keys create");
    tell(`Base URLs: ${gateway.url}/v1/openai and ${gateway.url}/v1/anthropic`);
  }
  const ended = new AbortController();
  const signals = SIGNALS.map((signal) => once(process, signal, { signal: ended.signal }));
  const repeats = takeRepeats();
  const stopReading = readAnewOnHangUp(gateway, () => settingsToServe(options).settings, ended);
  await Promise.race([...signals, once(ended.signal, "abort")]).catch(() => undefined);
  ended.abort();
  // From then on a second signal ends the process at once, as Node does without a listener.
  const patience = setTimeout(repeats.leave, REPEATED_MS);
  stopReading();
  if (options.json !== true) tell("Ending: requests in flight are let through first.");
  await gateway.close();
  clearTimeout(patience);
  repeats.leave();
  return EXIT.ok;
}

/** Takes the signals that come again, which would else end the process. */
function takeRepeats(): { readonly leave: () => void } {
  const take = (): void => {};
  for (const signal of SIGNALS) process.on(signal, take);
  return {
    leave: () => {
      for (const signal of SIGNALS) process.off(signal, take);
    },
  };
}

/** The settings, and of the address what the command line says. */
function settingsToServe(options: ServeOptions): LoadedSettings {
  const { settings, file } = settingsOf(options);
  const { host, port } = settings.listen.data;
  const listen = { data: { host: options.host ?? host, port: options.port ?? port } };
  return { settings: { ...settings, listen }, file };
}

/** Puts the configuration as it is now in force at each SIGHUP. One that cannot be used changes nothing, and is told. */
function readAnewOnHangUp(gateway: RunningGateway, read: () => Settings, ended: AbortController): () => void {
  // Windows sends it when the window is closed.
  if (process.platform === "win32") return () => {};
  const isOnTerminal = process.stdin.isTTY;
  let work = Promise.resolve();
  const onHangUp = (): void => {
    if (isOnTerminal && !hasTerminal()) ended.abort();
    else work = work.then(() => readAnew(gateway, read));
  };
  process.on("SIGHUP", onHangUp);
  return () => process.off("SIGHUP", onHangUp);
}

async function readAnew(gateway: RunningGateway, read: () => Settings): Promise<void> {
  try {
    const later = await gateway.reconfigure(read());
    if (later.length > 0) tell(`These have changed, and hold from the next start on: ${later.join(", ")}.`);
    tell("The configuration was read anew and is in force.");
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    tell("The former configuration stays in force.");
  }
}

/** False when the terminal that the process was started from is gone: then there is nobody to serve for. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
