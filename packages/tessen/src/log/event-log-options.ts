import type { RedactOptions } from "../redact/redact-options.ts";
import { safeAgentName } from "./file/agent-name.ts";
import type { LogSettings } from "./log-settings.ts";

/** When a line counts as written for a loss of power. A crash of the process loses none that was written. */
export type Durability = "group" | "strict" | "none";

/** Options of `openEventLog`. A number that cannot be used gives the default. */
export interface EventLogOptions {
  /** The folder of all agents' logs. Made for its owner alone where it is missing. */
  readonly logDir: string;
  /** The name of the agent's folder in it; characters other than letters, digits, `.`, `_`, `-` become `_`. */
  readonly agentName: string;
  /** `group` (default): synced in the background after each write; `strict`: before `write` returns; `none`: never. */
  readonly durability?: Durability | undefined;
  /** Lines with more characters go through the writer thread. Default: 32,768. */
  readonly inlineMaxBytes?: number | undefined;
  /** A larger body has its longest strings cut. Default: 1 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /** In a larger event bodies are left out. Default: 4 MiB. */
  readonly maxEventBytes?: number | undefined;
  /** A file that has reached this is followed by the next of the day. Default: 256 MiB. */
  readonly maxFileBytes?: number | undefined;
  /** Files of days longer ago are removed. Default: 0, which keeps all. */
  readonly retentionDays?: number | undefined;
  /** A file of its own for each process, for file systems over a network. Default: false. */
  readonly filePerProcess?: boolean | undefined;
  readonly redact?: RedactOptions | undefined;
  /** Told of each kind of trouble once, with a sentence for the user. Must not throw. */
  readonly onTrouble?: ((kind: string, message: string) => void) | undefined;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** The options with their defaults. */
export function settingsOf(options: EventLogOptions): LogSettings {
  return {
    logDir: options.logDir,
    agentName: safeAgentName(options.agentName),
    durability: options.durability ?? "group",
    inlineMaxBytes: positive(options.inlineMaxBytes, 32 * KIB),
    maxBodyBytes: positive(options.maxBodyBytes, MIB),
    maxEventBytes: positive(options.maxEventBytes, 4 * MIB),
    maxFileBytes: positive(options.maxFileBytes, 256 * MIB),
    retentionDays: positive(options.retentionDays, 0),
    filePerProcess: options.filePerProcess ?? false,
    redact: options.redact ?? {},
  };
}

function positive(value: number | undefined, fallback: number): number {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : fallback;
}
