import { TesseraeError } from "../errors/tesserae-error.ts";
import type { Json } from "../json.ts";
import { errorToJson } from "./error-json.ts";
import { formatDiff, jsonDiff, type JsonDifference } from "./json-diff.ts";

/** What a {@link DivergenceError} tells. */
export interface Divergence {
  /** The address where the run left its record; empty for the run as a whole. */
  readonly address: string;
  /** The turn, from 0; `null` before the first. */
  readonly turn: number | null;
  /** What the journal holds there. */
  readonly recorded?: Json | undefined;
  /** What was asked. */
  readonly asked?: Json | undefined;
  /** The error with which the run itself ended, and so left its record. */
  readonly cause?: unknown;
}

/** A run asks for something else than its journal holds. */
export class DivergenceError extends TesseraeError implements Divergence {
  readonly address: string;
  readonly turn: number | null;
  readonly recorded: Json | undefined;
  readonly asked: Json | undefined;
  /** The first places where the two differ. */
  readonly diff: readonly JsonDifference[];

  constructor(what: string, divergence: Divergence, hint = "") {
    const { recorded, asked } = divergence;
    const diff = recorded === undefined || asked === undefined ? [] : jsonDiff(recorded, asked);
    const turn = divergence.turn === null ? "" : ` (turn ${divergence.turn})`;
    const where = divergence.address === "" ? "" : ` at ${divergence.address}${turn}`;
    const lines = diff.length === 0 ? "" : `\nRecorded (-) and asked (+):\n${formatDiff(diff)}`;
    const { cause } = divergence;
    const failed = cause === undefined ? "" : ` It failed with: ${errorToJson(cause).message}`;
    const message = `The run differs from its journal${where}: ${what}.${hint}${failed}${lines}`;
    super("ERR_JOURNAL_DIVERGED", message, cause === undefined ? {} : { cause });
    this.name = "DivergenceError";
    this.address = divergence.address;
    this.turn = divergence.turn;
    this.recorded = recorded;
    this.asked = asked;
    this.diff = diff;
  }
}
