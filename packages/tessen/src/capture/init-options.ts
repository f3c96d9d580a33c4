import type { TessenEvent } from "../events/tessen-event.ts";
import type { CastMode } from "../recorder/casted-body.ts";
import type { Durability } from "../log/event-log-options.ts";
import type { RedactOptions } from "../redact/redact-options.ts";
import type { PriceOptions } from "./read-prices.ts";

/** Options of `init`. Each has a variable of the environment, which counts where the option is left out. */
export interface InitOptions {
  /** The name of the log. `TESSEN_AGENT_NAME`; default: the name of the main script's package, else of the script. */
  readonly agentName?: string;
  /** The folder of all logs. `TESSEN_LOG_DIR`; default `~/.tessen/logs`. */
  readonly logDir?: string;
  /** Names what belongs together. `TESSEN_SESSION_ID`; default: a new one for each process. */
  readonly sessionId?: string;
  /** When a line counts as written. `TESSEN_DURABILITY`; default `group`; `TESSEN_DISABLE_FSYNC=1` is `none`. */
  readonly durability?: Durability;
  /** Larger lines go through the writer thread. `TESSEN_INLINE_MAX_BYTES`; default 32,768. */
  readonly inlineMaxBytes?: number;
  /** Larger bodies are cut. `TESSEN_MAX_BODY_BYTES`; default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** In larger events bodies are left out. `TESSEN_MAX_EVENT_BYTES`; default 4 MiB. */
  readonly maxEventBytes?: number;
  /** `TESSEN_MAX_FILE_BYTES`; default 256 MiB. */
  readonly maxFileBytes?: number;
  /** Older files are removed. `TESSEN_RETENTION_DAYS`; default 0, which keeps all. */
  readonly retentionDays?: number;
  /** A file for each process. `TESSEN_FILE_PER_PROCESS`; default false. */
  readonly filePerProcess?: boolean;
  /**
   * Secrets of the user's own, beside the rules that always hold. `TESSEN_REDACT_PATTERNS` names a JSON file with its
   * members `keys` and `patterns`; `TESSEN_REDACT_PII=1` is its member `pii`.
   */
  readonly redact?: RedactOptions;
  /** `metadata` writes no bodies, arguments and messages. `TESSEN_CONTENT`; default `full`. */
  readonly content?: "full" | "metadata";
  /**
   * What `casted_response` is: `raw`, the answer's text once more; `sdk`, the object that an SDK makes of the answer
   * (with what it parses of the text), for which the event waits; `never`, left out. `TESSEN_CAST`; default `raw`.
   */
  readonly cast?: CastMode;
  /** More hosts whose model calls are recorded, with `*` for any characters. `TESSEN_HOSTS`. */
  readonly hosts?: readonly string[];
  /** The SDKs that are patched, by package name; default: all. `TESSEN_VENDORS`. */
  readonly vendors?: readonly string[];
  /**
   * Record SDKs at the methods of their resources rather than at the one method below all of them; such events have
   * `leaf`. For an SDK of which nothing is recorded otherwise. `TESSEN_LEAF_FALLBACK`; default false.
   */
  readonly leafFallback?: boolean;
  /** Prices that count before the bundled ones. `TESSEN_PRICES_FILE` names a JSON file with the same. */
  readonly prices?: PriceOptions;
  /** Also record what is asked of listed hosts and is no model call. `TESSEN_CAPTURE_ALL`; default false. */
  readonly captureAll?: boolean;
  /** Also an event for each HTTP request of a model call. `TESSEN_ATTEMPT_EVENTS`; default false. */
  readonly attemptEvents?: boolean;
  /** False: nothing is patched and nothing recorded. `TESSEN_DISABLED=1`; default true. */
  readonly enabled?: boolean;
  /** End a recording that runs and begin a new one with these options. Default false. */
  readonly force?: boolean;
  /**
   * Looks at each event before it is written; may return a changed one, or null to drop it. Where it throws, or gives
   * anything else (a promise is not waited for), the event is written as it was.
   */
  readonly beforeWrite?: (event: TessenEvent) => TessenEvent | null;
  /** Gets each event that was handed to the log. What it throws is ignored. */
  readonly onEvent?: (event: TessenEvent) => void;
}
