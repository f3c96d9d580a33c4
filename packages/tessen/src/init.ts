import { checkOptions } from "./capture/check-options.ts";
import { hookLoading } from "./capture/discovery/load-hook.ts";
import { findLoadedModules, type OnModule } from "./capture/discovery/loaded-modules.ts";
import { hookExits } from "./capture/exit-hooks.ts";
import { subscribeToFramework } from "./capture/framework/subscribe.ts";
import { Guard } from "./capture/guard.ts";
import type { TessenHandle, TessenStats } from "./capture/handle.ts";
import { HostCatalogue } from "./capture/http/host-catalogue.ts";
import { subscribeToNodeHttp } from "./capture/http/node-http.ts";
import { subscribeToOwnTransport } from "./capture/http/own-transport.ts";
import { subscribeToUndici } from "./capture/http/undici.ts";
import type { InitOptions } from "./capture/init-options.ts";
import { SdkPatches } from "./capture/sdk/sdk-patches.ts";
import { Session } from "./capture/session.ts";
import { resolveSettings, type Settings } from "./capture/settings.ts";
import { sharedState, type Active } from "./capture/state.ts";
import { settingsOf } from "./log/event-log-options.ts";
import { openEventLog, type EventLog } from "./log/event-log.ts";
import { Prices } from "./recorder/prices.ts";
import { Recorder } from "./recorder/recorder.ts";

/**
 * Starts the recording of this process (or worker thread): from here on every model call, and every run, turn, message
 * and tool of the framework, is a line of a file. Works before and after clients are made.
 *
 * A second call returns the same handle; other options are then ignored with a warning, unless `force` is set.
 *
 * @throws WireError ERR_INVALID_ARGUMENT for an option that cannot be used, such as a redaction rule that is no regular
 *   expression. Variables of the environment never throw: those that cannot be used count as unset.
 */
export function init(options: InitOptions = {}): TessenHandle {
  checkOptions(options);
  const state = sharedState();
  const asked = describeOptions(options);
  if (state.active !== undefined) {
    if (options.force !== true) {
      if (asked !== "{}" && asked !== state.active.asked) warnOfIgnored(state.active);
      return state.active.handle;
    }
    state.active.stop();
  }
  const settings = resolveSettings(options, process.env, process.argv[1]);
  if (!settings.enabled) return disabledHandle(settings);
  state.active = start(settings, asked);
  return state.active.handle;
}

/** Waits for every event so far to be on disk; true when nothing records. */
export function flush(ms?: number): Promise<boolean> {
  return sharedState().active?.handle.flush(ms) ?? Promise.resolve(true);
}

/** Ends the recording of this process, if there is one. */
export function shutdown(ms?: number): Promise<boolean> {
  return sharedState().active?.handle.shutdown(ms) ?? Promise.resolve(true);
}

/** What the recording of this process has done; undefined when there is none. */
export function stats(): TessenStats | undefined {
  return sharedState().active?.handle.stats();
}

/**
 * Records the calls of a client, or of all clients of a class, that tessen cannot find by itself: those of a bundle.
 * False when nothing records, or when the client is none that is known.
 */
export function instrument(clientOrClass: unknown): boolean {
  return sharedState().active?.instrument(clientOrClass) ?? false;
}

function start(settings: Settings, asked: string): Active {
  const guard = new Guard();
  const log = openEventLog({ ...settings.log, onTrouble: (kind, message) => guard.tell(`log:${kind}`, message) });
  const prices = new Prices(settings.prices);
  const recorder = new Recorder({ ...settings, prices }, log);
  const hosts = new HostCatalogue(settings.hosts, process.env);
  const session = new Session({ ...settings, ...settingsOf(settings.log), recorder, guard, hosts });
  const undo = guard.run("framework", () => subscribeToFramework(session)) ?? [];
  const state = sharedState();
  const patches = new SdkPatches(() => state.active?.session, settings);
  const onModule: OnModule = (vendor, exports) => {
    guard.run("discovery", () => patches.module(vendor, exports));
  };
  guard.run("discovery", () => undo.push(hookLoading(onModule)));
  guard.run("discovery", () => findLoadedModules(guard, settings.projectRoot, onModule));
  undo.push(() => patches.restore());
  guard.run("http", () =>
    undo.push(...subscribeToUndici(session), ...subscribeToNodeHttp(session), ...subscribeToOwnTransport(session)),
  );
  undo.push(
    hookExits({
      drain: () => {
        session.closeOpen();
        log.closeSync();
      },
      flush: () => void log.flush(),
      crashed: (error) => {
        guard.run("exit", () => recorder.process("uncaught_exception", error));
      },
    }),
  );
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    if (state.active?.session === session) state.active = undefined;
    for (const remove of undo) guard.run("exit", remove);
    session.close();
  };
  const stop = (): void => {
    end();
    log.closeSync();
  };
  const shutDown = (ms = 5000): Promise<boolean> => {
    end();
    return log.close(ms);
  };
  const handle = handleOf(settings, session, log, shutDown);
  return { handle, session, asked, stop, instrument: (target) => patches.instrument(target) };
}

function handleOf(
  settings: Settings,
  session: Session,
  log: EventLog,
  shutDown: (ms?: number) => Promise<boolean>,
): TessenHandle {
  return {
    agentName: settings.agentName,
    sessionId: settings.sessionId,
    get logFile() {
      return log.file;
    },
    stats: () => ({
      events: session.recorder.written,
      open: session.open.size,
      ownedRequests: session.ownedRequests,
      failures: { ...session.guard.failures },
      log: log.stats(),
    }),
    flush: (ms = 5000) => log.flush(ms),
    shutdown: shutDown,
    [Symbol.asyncDispose]: async () => void (await shutDown()),
  };
}

function disabledHandle({ agentName, sessionId }: Settings): TessenHandle {
  return {
    agentName,
    sessionId,
    logFile: null,
    stats: () => ({ events: 0, open: 0, ownedRequests: 0, failures: {}, log: null }),
    flush: () => Promise.resolve(true),
    shutdown: () => Promise.resolve(true),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** The options as text, to compare; functions by their presence. */
function describeOptions({ force: _, ...options }: InitOptions): string {
  return JSON.stringify(options, (_key, value: unknown) =>
    typeof value === "function" || value instanceof RegExp ? String(value) : value,
  );
}

function warnOfIgnored(active: Active): void {
  process.emitWarning(
    `tessen records already, to ${active.handle.logFile ?? "nothing"}: other options of init() are ignored. ` +
      "Set force: true to begin a new recording.",
    { code: "TESSEN_ALREADY_RECORDING" },
  );
}
