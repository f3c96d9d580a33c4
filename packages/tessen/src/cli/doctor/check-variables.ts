import { statSync } from "node:fs";
import { isInRange, NUMBER_RANGES, rangeText, type NumberRange } from "../../capture/number-ranges.ts";
import { nearestNames } from "../arguments/nearest-names.ts";
import { cleanLine } from "../output/clean.ts";
import type { Check } from "./check.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What is wrong with a value; `undefined` for one that can be used. */
type Judge = (value: string) => string | undefined;

const SECTION = "variables";

/** Every variable that this version reads: its set value, and whether that can be used. */
export function checkVariables(environment: Environment): Check[] {
  const names = Object.keys(environment)
    .filter((name) => name.startsWith("TESSEN_"))
    .sort();
  const checks = names.flatMap((name) => {
    const value = environment[name]?.trim() ?? "";
    return value === "" ? [] : [checkVariable(name, value)];
  });
  return checks.length > 0
    ? checks
    : [{ section: SECTION, state: "good", text: "no TESSEN_ variable is set: defaults" }];
}

function checkVariable(name: string, value: string): Check {
  const shown = `${name}=${SECRET.test(name) ? masked(value) : cleanLine(value, 80)}`;
  if (name === "TESSEN_API_KEY" || name === "TESSEN_INGEST_URL") {
    return { section: SECTION, state: "warning", text: `${shown}: only doctor --ping reads it; events stay here` };
  }
  const judge = JUDGES.get(name);
  if (judge === undefined) {
    const [near] = nearestNames(name, [...JUDGES.keys()], 1);
    const remedy = near === undefined ? "Remove it." : `Is ${near} meant?`;
    return { section: SECTION, state: "warning", text: `${shown}: nothing reads this variable`, remedy };
  }
  const fault = judge(value);
  if (fault === undefined) return { section: SECTION, state: "good", text: shown };
  return {
    section: SECTION,
    state: "warning",
    text: `${shown}: ${fault}; the default counts`,
    remedy: "Correct or unset it.",
  };
}

/** The first four characters of a secret. */
function masked(value: string): string {
  return `${cleanLine(value.slice(0, 4))}${"*".repeat(Math.max(0, Math.min(8, value.length - 4)))}`;
}

const anything: Judge = () => undefined;
const flag: Judge = (value) =>
  /^(1|true|yes|on|0|false|no|off)$/i.test(value) ? undefined : "it is neither yes nor no, so no";
const number =
  (range: NumberRange): Judge =>
  (value) =>
    isInRange(Number(value), range) ? undefined : `it is no number ${rangeText(range)}`;
const oneOf =
  (...words: readonly string[]): Judge =>
  (value) =>
    words.includes(value.toLowerCase()) ? undefined : `it is none of ${words.join(", ")}`;
const file: Judge = (value) =>
  statSync(value, { throwIfNoEntry: false })?.isFile() === true ? undefined : "there is no such file";

const SECRET = /KEY|SECRET|TOKEN/;

const JUDGES: ReadonlyMap<string, Judge> = new Map([
  ["TESSEN_AGENT_NAME", anything],
  ["TESSEN_CAPTURE_ALL", flag],
  ["TESSEN_CAST", oneOf("raw", "sdk", "never")],
  ["TESSEN_CONTENT", oneOf("full", "metadata")],
  ["TESSEN_DISABLED", flag],
  ["TESSEN_DISABLE_FSYNC", flag],
  ["TESSEN_DURABILITY", oneOf("group", "strict", "none")],
  ["TESSEN_FILE_PER_PROCESS", flag],
  ["TESSEN_HOSTS", anything],
  ["TESSEN_INLINE_MAX_BYTES", number(NUMBER_RANGES.inlineMaxBytes)],
  ["TESSEN_LEAF_FALLBACK", flag],
  ["TESSEN_LOG_DIR", anything],
  ["TESSEN_MAX_BODY_BYTES", number(NUMBER_RANGES.maxBodyBytes)],
  ["TESSEN_MAX_EVENT_BYTES", number(NUMBER_RANGES.maxEventBytes)],
  ["TESSEN_MAX_FILE_BYTES", number(NUMBER_RANGES.maxFileBytes)],
  ["TESSEN_PRICES_FILE", file],
  ["TESSEN_REDACT_PATTERNS", file],
  ["TESSEN_REDACT_PII", flag],
  ["TESSEN_RETENTION_DAYS", number(NUMBER_RANGES.retentionDays)],
  ["TESSEN_SESSION_ID", anything],
  ["TESSEN_STREAM_IDLE_SEC", number(NUMBER_RANGES.streamIdleSeconds)],
  ["TESSEN_VENDORS", anything],
]);
