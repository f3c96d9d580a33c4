/** What `init` records, from its options, the environment and the defaults, in this order. */
import { readFileSync } from "node:fs";
import { basename, dirname, extname, join, parse, resolve } from "node:path";
import { isRawObject } from "@tesserae/wire";
import { defaultLogDir } from "../events/log-dir.ts";
import type { CastMode } from "../recorder/casted-body.ts";
import type { ModelPrice } from "@tesserae/wire/catalogue";
import type { EventLogOptions } from "../log/event-log-options.ts";
import { newSessionId } from "../recorder/ids.ts";
import { member, parseText, textAt } from "../recorder/raw.ts";
import type { InitOptions } from "./init-options.ts";
import { isInRange, NUMBER_RANGES, type NumberRange } from "./number-ranges.ts";
import { readRedaction } from "./read-redaction.ts";
import { readPrices } from "./read-prices.ts";
import { readRegularFile } from "./read-regular-file.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that a recording is made with. */
export interface Settings {
  readonly enabled: boolean;
  readonly agentName: string;
  readonly sessionId: string;
  readonly log: EventLogOptions;
  readonly content: boolean;
  readonly cast: CastMode;
  readonly hosts: readonly string[];
  /** Undefined: all of them. */
  readonly vendors: readonly string[] | undefined;
  readonly leafFallback: boolean;
  readonly captureAll: boolean;
  readonly attemptEvents: boolean;
  readonly idleMs: number;
  readonly prices: ReadonlyMap<string, ModelPrice>;
  readonly projectRoot: string;
  readonly beforeWrite: InitOptions["beforeWrite"];
  readonly onEvent: InitOptions["onEvent"];
}

/** Reads the settings. Nothing in the environment makes this throw: what cannot be used is taken for unset. */
export function resolveSettings(options: InitOptions, env: Environment, mainScript: string | undefined): Settings {
  const variables = new Variables(env);
  const here = workingFolder();
  const main = mainScript === undefined ? undefined : resolve(here, mainScript);
  const project = nearestPackage(main === undefined ? here : dirname(main));
  const agentName =
    options.agentName ?? variables.text("TESSEN_AGENT_NAME") ?? project?.name ?? scriptName(main) ?? "agent";
  const idleSeconds = variables.number("TESSEN_STREAM_IDLE_SEC", NUMBER_RANGES.streamIdleSeconds) ?? 600;
  const noSync = variables.flag("TESSEN_DISABLE_FSYNC") ?? false;
  return {
    enabled: options.enabled ?? !(variables.flag("TESSEN_DISABLED") ?? false),
    agentName,
    sessionId: options.sessionId ?? variables.text("TESSEN_SESSION_ID") ?? newSessionId(),
    content: (options.content ?? variables.oneOf("TESSEN_CONTENT", ["full", "metadata"]) ?? "full") === "full",
    cast: options.cast ?? variables.oneOf("TESSEN_CAST", ["raw", "sdk", "never"]) ?? "raw",
    hosts: options.hosts ?? variables.list("TESSEN_HOSTS") ?? [],
    vendors: options.vendors ?? variables.list("TESSEN_VENDORS"),
    leafFallback: options.leafFallback ?? variables.flag("TESSEN_LEAF_FALLBACK") ?? false,
    captureAll: options.captureAll ?? variables.flag("TESSEN_CAPTURE_ALL") ?? false,
    attemptEvents: options.attemptEvents ?? variables.flag("TESSEN_ATTEMPT_EVENTS") ?? false,
    idleMs: idleSeconds * 1000,
    prices: options.prices === undefined ? pricesOf(variables.text("TESSEN_PRICES_FILE")) : readPrices(options.prices),
    projectRoot: project?.folder ?? here,
    beforeWrite: options.beforeWrite,
    onEvent: options.onEvent,
    log: {
      logDir: options.logDir ?? defaultLogDir(env),
      agentName,
      durability:
        options.durability ?? (noSync ? "none" : variables.oneOf("TESSEN_DURABILITY", ["group", "strict", "none"])),
      inlineMaxBytes:
        options.inlineMaxBytes ?? variables.number("TESSEN_INLINE_MAX_BYTES", NUMBER_RANGES.inlineMaxBytes),
      maxBodyBytes: options.maxBodyBytes ?? variables.number("TESSEN_MAX_BODY_BYTES", NUMBER_RANGES.maxBodyBytes),
      maxEventBytes: options.maxEventBytes ?? variables.number("TESSEN_MAX_EVENT_BYTES", NUMBER_RANGES.maxEventBytes),
      maxFileBytes: options.maxFileBytes ?? variables.number("TESSEN_MAX_FILE_BYTES", NUMBER_RANGES.maxFileBytes),
      retentionDays: options.retentionDays ?? variables.number("TESSEN_RETENTION_DAYS", NUMBER_RANGES.retentionDays),
      filePerProcess: options.filePerProcess ?? variables.flag("TESSEN_FILE_PER_PROCESS"),
      redact:
        options.redact ??
        readRedaction(variables.text("TESSEN_REDACT_PATTERNS"), variables.flag("TESSEN_REDACT_PII") ?? false),
    },
  };
}

/** The environment: blanks around a value do not count, and an empty one is unset. */
class Variables {
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  text(name: string): string | undefined {
    const text = this.#env[name]?.trim();
    return text === "" ? undefined : text;
  }

  flag(name: string): boolean | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : ["1", "true", "yes", "on"].includes(text.toLowerCase());
  }

  number(name: string, range: NumberRange): number | undefined {
    const text = this.text(name);
    const value = text === undefined ? Number.NaN : Number(text);
    return isInRange(value, range) ? value : undefined;
  }

  list(name: string): readonly string[] | undefined {
    const items = this.text(name)
      ?.split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
    return items?.length === 0 ? undefined : items;
  }

  oneOf<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const text = this.text(name)?.toLowerCase();
    return words.find((word) => word === text);
  }
}

function pricesOf(file: string | undefined): ReadonlyMap<string, ModelPrice> {
  if (file === undefined) return new Map();
  const table = parseText(readRegularFile(file));
  return isRawObject(table) ? readPrices(table) : new Map();
}

/** The folder that the process stands in, which may be gone. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return parse(process.execPath).root;
  }
}

function nearestPackage(start: string): { readonly folder: string; readonly name: string | undefined } | undefined {
  let folder = start;
  for (;;) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const name = textAt(manifest, "name");
      // A manifest that only says `type` marks a folder of a package; the package is further up.
      if (name !== undefined || member(manifest, "version") !== undefined) return { folder, name };
    } catch {
      // There is none here, or none that can be read.
    }
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
}

function scriptName(main: string | undefined): string | undefined {
  if (main === undefined) return undefined;
  const name = basename(main, extname(main));
  return name === "" ? undefined : name;
}
