/** What a number among the options may be. */
export interface NumberRange {
  readonly least: number;
  readonly most: number;
}

const MIB = 1024 * 1024;
const BYTES: NumberRange = { least: 1, most: Number.MAX_SAFE_INTEGER };

type RangedNumber =
  | "inlineMaxBytes"
  | "maxBodyBytes"
  | "maxEventBytes"
  | "maxFileBytes"
  | "retentionDays"
  | "streamIdleSeconds";

/** The numbers among the options of `init`, and the same of the environment. */
export const NUMBER_RANGES: Readonly<Record<RangedNumber, NumberRange>> = {
  /** So much memory is set aside three times over for lines that are written at once. */
  inlineMaxBytes: { least: 1, most: 64 * MIB },
  maxBodyBytes: BYTES,
  maxEventBytes: BYTES,
  maxFileBytes: BYTES,
  /** A hundred years: the date that is so long ago must be one that can be written. */
  retentionDays: { least: 0, most: 36_500 },
  /** Timers take no more than 24 days. */
  streamIdleSeconds: { least: 1, most: 24 * 86_400 },
};

/** In words: `from 1 to 10`. */
export function rangeText({ least, most }: NumberRange): string {
  return most === BYTES.most ? `from ${least}` : `from ${least} to ${most}`;
}

/** Whether a value is a number of a range. */
export function isInRange(value: unknown, { least, most }: NumberRange): value is number {
  return typeof value === "number" && value >= least && value <= most;
}
