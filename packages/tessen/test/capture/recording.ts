/** A recording in a temporary folder, and what it wrote. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TessenEvent } from "../../src/events/tessen-event.ts";
import type { TessenHandle } from "../../src/capture/handle.ts";
import type { InitOptions } from "../../src/capture/init-options.ts";
import { init } from "../../src/init.ts";

/** A recording of this process. */
export interface TestRecording {
  readonly handle: TessenHandle;
  /** The events so far. */
  events(): Promise<TessenEvent[]>;
  /** Ends it, gives its events, and removes its folder. */
  end(): Promise<TessenEvent[]>;
}

/** Begins to record this process. */
export function startRecording(options: InitOptions = {}): TestRecording {
  const logDir = mkdtempSync(join(tmpdir(), "tessen-"));
  let ended: TessenEvent[] | undefined;
  const handle = init({ agentName: "test", logDir, ...options });
  return {
    handle,
    events: async () => {
      await handle.flush();
      return readEvents(logDir);
    },
    end: async () => {
      if (ended === undefined) {
        await handle.shutdown();
        ended = readEvents(logDir);
        rmSync(logDir, { recursive: true, force: true });
      }
      return ended;
    },
  };
}

/** All events below a folder of logs. */
export function readEvents(logDir: string): TessenEvent[] {
  return readdirSync(logDir, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".jsonl"))
    .sort()
    .flatMap((name) => readFileSync(join(logDir, name), "utf8").split("\n"))
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as TessenEvent);
}
