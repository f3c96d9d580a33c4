import { canonicalJson } from "../canonical-json.ts";
import { withoutMaskedSecrets } from "../components/without-masked-secrets.ts";
import { TesseraeError } from "../errors/tesserae-error.ts";
import type { Json } from "../json.ts";
import { runPayload } from "../run/run-payload.ts";
import { RunTimer } from "../run/run-timer.ts";
import { hooksOf } from "../run/run-hooks.ts";
import type { OpenRunOptions, RecordedOutcome, Run } from "../run/run.ts";
import { randomUuid } from "../run/uuid.ts";
import { sha256Hex } from "../sha256.ts";
import { countSpentBefore } from "./spent-before.ts";
import { DivergenceError } from "./divergence.ts";
import { JOURNAL_VERSION, type EndEntry, type ParentRun, type RunEntry } from "./entries.ts";
import { errorToJson } from "./error-json.ts";
import type { DecideDoubt } from "./in-doubt.ts";
import { JournalLog } from "./journal-log.ts";
import { JournalSession } from "./journal-session.ts";
import type { JournalWriter } from "./journal-store.ts";
import { JournaledRun } from "./journaled-run.ts";
import { limitsFromNow, limitsInTime, MeterInTime } from "./limits-in-time.ts";
import { limitsToJson } from "./limits-json.ts";
import type { Packer } from "./packer.ts";
import type { Recording } from "./recording.ts";

/** How a journal is followed and written, whatever its mode. */
export interface JournalOptions {
  /** With every so many turns the state is kept, so that a resume need not start from the beginning. Default: never. */
  readonly stateEvery?: number | undefined;
  /**
   * Milliseconds without progress, with effects waiting for their place in the record, after which the run is taken to
   * have left its record. Default 30,000.
   */
  readonly stuckAfterMs?: number | undefined;
}

/** What is needed to open a run with a journal. */
export interface OpenSession extends JournalOptions {
  readonly mode: "record" | "replay" | "resume" | "fork";
  readonly runId: string;
  readonly seed: string;
  readonly writer: JournalWriter | undefined;
  readonly recording: Recording | undefined;
  readonly accept?: boolean | undefined;
  readonly replayEvents?: boolean | undefined;
  readonly decide?: DecideDoubt | undefined;
}

/** Builds the session and the run. */
export function buildRun(
  open: OpenSession,
  options: OpenRunOptions,
): { readonly run: Run; readonly session: JournalSession } {
  const { mode, runId, recording } = open;
  const recorded = recording === undefined ? [] : limitsInTime(recording);
  // A replay is what was: other limits would make it end elsewhere.
  const limits = (mode === "replay" ? undefined : options.limits) ?? recorded.at(-1)?.limits;
  const own = mode === "replay" ? [] : [limitsFromNow(recording, limits)];
  const meter = new MeterInTime(limits, [...recorded, ...own], () => session.position);
  if (recording !== undefined && mode === "resume") countSpentBefore(recording, meter);
  const task = recording === undefined ? options.task : recording.read(recording.header.task);
  const session: JournalSession = new JournalSession({
    runId,
    meter,
    hooks: hooksOf(options),
    mode,
    seed: open.seed,
    log: new JournalLog(open.writer),
    recording,
    follow: {
      replay: mode === "replay",
      accept: open.accept === true,
      stuckAfterMs: open.stuckAfterMs ?? 30_000,
      note: versionNote(recording, options),
    },
    replayEvents: open.replayEvents === true,
    decide: open.decide,
    payload: () => runPayload(runId, mode, { ...options, task }),
  });
  // The time of a run that goes on counts from now; a replay takes none.
  const timer = new RunTimer(mode === "replay" ? undefined : limits?.maxDurationMs, undefined);
  const run = new JournaledRun({
    session,
    meter,
    timer,
    signal: options.signal,
    task,
    state: recording === undefined ? (options.state ?? null) : recording.read(recording.header.state),
    recording,
    stateEvery: open.stateEvery,
    recorded: recording === undefined || mode !== "resume" ? undefined : finishedOutcome(recording),
    accept: open.accept === true,
  });
  return { run, session };
}

/** The first entry of a run. */
export function headerEntry(
  open: Pick<OpenSession, "runId" | "seed">,
  options: OpenRunOptions,
  packer: Packer,
  parent: ParentRun | null,
): RunEntry {
  const { definition = null } = options;
  return {
    e: "run",
    at: Date.now(),
    v: JOURNAL_VERSION,
    run: open.runId,
    seed: open.seed,
    name: options.name,
    kind: options.kind ?? "",
    task: packer.value(options.task),
    options: options.options ?? {},
    limits: limitsToJson(options.limits),
    definition: packer.value(definition),
    definition_hash: hashOfDefinition(options) ?? null,
    state: packer.value(options.state ?? null),
    parent,
    versions: { ...options.versions },
    labels: options.labels ?? {},
    ...(options.remote === true ? { remote: true } : {}),
  };
}

/** A signal that was aborted before the run began has its place before everything else. */
export function earlyAbort(session: JournalSession, signal: AbortSignal): void | Promise<void> {
  session.controller.abort(signal.reason);
  const reason = errorToJson(signal.reason);
  return session.log.now({ e: "signal", at: Date.now(), k: "abort", to: "", value: { reason, early: true } });
}

/** Checks that a recorded run may be gone on with. @throws TesseraeError `ERR_JOURNAL_REMOTE`, `ERR_JOURNAL_DIVERGED` */
export function checkResumable(recording: Recording, options: OpenRunOptions, accept: boolean): void {
  const { header } = recording;
  if (header.remote === true) {
    throw new TesseraeError(
      "ERR_JOURNAL_REMOTE",
      `The run ${header.run} had agents in other processes, whose effects are not in this journal: it cannot be resumed.`,
    );
  }
  const asked = hashOfDefinition(options);
  if (accept || asked === undefined || header.definition_hash === null || asked === header.definition_hash) return;
  const recorded = recording.read(header.definition);
  // The hash may have been made by a version that took the secrets for a part of it.
  if (options.definitionHash === undefined && asked === hashOfDefinition({ definition: recorded })) return;
  throw new DivergenceError(
    "its definition has changed since it was recorded",
    {
      address: "",
      turn: null,
      recorded: withoutMaskedSecrets(recorded),
      asked: withoutMaskedSecrets(options.definition ?? null),
    },
    ' Fork the run, or resume it with `accept: "recorded"`.',
  );
}

/** Checks that a replay or resume is given the recorded task, or none. @throws DivergenceError */
export function checkTask(recording: Recording, task: Json): void {
  const recorded = recording.read(recording.header.task);
  if (task === null || canonical(task) === canonical(recorded)) return;
  throw new DivergenceError("it is given another task", { address: "", turn: null, recorded, asked: task });
}

/** A seed for ids. */
export function newSeed(): string {
  return randomUuid().replaceAll("-", "");
}

/** Without its secrets: a key may be given in one process and come from the environment in the other. */
function hashOfDefinition({
  definition = null,
  definitionHash,
}: Pick<OpenRunOptions, "definition" | "definitionHash">): string | undefined {
  if (definitionHash !== undefined) return definitionHash;
  return definition === null ? undefined : sha256Hex(canonical(withoutMaskedSecrets(definition)));
}

function canonical(json: Json): string {
  return canonicalJson(json, { loneSurrogates: "escape" });
}

function finishedOutcome(recording: Recording): RecordedOutcome | undefined {
  const { end } = recording;
  return end?.o === "finished" ? recordedOutcome(recording, end) : undefined;
}

/** How a recorded run ended, its messages in full. */
export function recordedOutcome(recording: Recording, end: EndEntry): RecordedOutcome {
  return {
    status: end.o,
    stopReason: end.stop_reason ?? undefined,
    messages: end.messages.map((hash) => recording.read({ $b: hash })),
  };
}

/** Names both versions where a run is gone on with by another one. */
function versionNote(recording: Recording | undefined, { versions = {} }: OpenRunOptions): string {
  const recorded = recording?.header.versions ?? {};
  const changed = Object.entries(versions).filter(([name, version]) => (recorded[name] ?? version) !== version);
  if (changed.length === 0) return "";
  return ` Recorded with ${changed.map(([name, now]) => `${name} ${JSON.stringify(recorded[name])} (now "${now}")`).join(", ")}.`;
}
