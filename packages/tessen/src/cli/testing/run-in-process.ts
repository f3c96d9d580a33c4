import type { Command } from "../command-table.ts";
import type { Terminal } from "../terminal.ts";
import { NOON } from "./sample-events.ts";

/** What a command did. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The world around a command in a test. */
export interface TestWorld {
  readonly isTerminal?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** Unix seconds. Default: ten seconds after noon. */
  readonly now?: number;
  readonly keys?: readonly string[];
  readonly input?: string;
  readonly signal?: AbortSignal;
  /** Told of everything that is written to standard output so far. */
  readonly onOutput?: (stdout: string) => void;
}

/** Runs a command in this process, with a terminal of 80 by 24 that is none of this machine. */
export async function runInProcess(command: Command, args: readonly string[], world: TestWorld = {}): Promise<Ran> {
  let stdout = "";
  let stderr = "";
  const { keys, now = NOON + 10 } = world;
  const terminal: Terminal = {
    write: (text) => {
      stdout += text;
      world.onOutput?.(stdout);
    },
    writeError: (text) => (stderr += text),
    isTerminal: world.isTerminal ?? false,
    columns: 80,
    rows: 24,
    environment: world.environment ?? {},
    now: () => now * 1000,
    signal: world.signal ?? new AbortController().signal,
    ...(keys === undefined ? {} : { keys: () => given(keys) }),
    input: () => given([Buffer.from(world.input ?? "")]),
  };
  const code = await command(args, terminal);
  return { code, stdout, stderr };
}

async function* given<Item>(items: readonly Item[]): AsyncIterable<Item> {
  yield* items;
}
