import type { RedactOptions } from "../redact/redact-options.ts";

/** How a log is written. Plain data: the writer thread gets the same. */
export interface LogSettings {
  readonly logDir: string;
  /** Safe as the name of a folder. */
  readonly agentName: string;
  readonly durability: "group" | "strict" | "none";
  readonly inlineMaxBytes: number;
  readonly maxBodyBytes: number;
  readonly maxEventBytes: number;
  readonly maxFileBytes: number;
  readonly retentionDays: number;
  readonly filePerProcess: boolean;
  readonly redact: RedactOptions;
}
