import { dumpIfPossible } from "../components/dump.ts";
import { ValueError } from "../errors/kinds.ts";
import type { OpenRunOptions, Run } from "../run/run.ts";
import { randomUuid } from "../run/uuid.ts";
import type { AttachEntry, BlobEntry } from "./entries.ts";
import { forkPrefix } from "./fork-prefix.ts";
import type { DecideDoubt } from "./in-doubt.ts";
import type { Journal } from "./journal.ts";
import type { JournalStore } from "./journal-store.ts";
import { limitsToJson } from "./limits-json.ts";
import {
  buildRun,
  checkResumable,
  checkTask,
  earlyAbort,
  headerEntry,
  newSeed,
  type JournalOptions,
} from "./open-journal.ts";
import { Packer } from "./packer.ts";
import { prepareResume } from "./prepare-resume.ts";
import { loadRecording, Recording } from "./recording.ts";

/** Options of {@link recordTo}. */
export interface RecordOptions extends JournalOptions {
  /** Default: a new UUID for every run. */
  readonly runId?: string | undefined;
  /** What ids and random numbers of the run are derived from. Default: random. Fixed, they are the same in every run. */
  readonly seed?: string | undefined;
}

/** Options of {@link resumeFrom}. */
export interface ResumeOptions extends JournalOptions {
  /** Goes on with the recorded answers where requests or the definition have changed. */
  readonly accept?: "recorded" | undefined;
  /** Breaks a lock that another machine holds. */
  readonly force?: boolean | undefined;
  /** Streams what was streamed before, too. */
  readonly replayEvents?: boolean | undefined;
  /** Decides about effects in doubt whose owner wants to be asked. Without it the run waits for `answer`. */
  readonly decide?: DecideDoubt | undefined;
}

/** Options of {@link forkFrom}. */
export interface ForkOptions extends JournalOptions {
  /** The last turn that is taken from the run; 0: none. Default: everything. */
  readonly turn?: number | undefined;
  /** Takes the good part of a damaged journal. */
  readonly salvage?: boolean | undefined;
  /** The id of the new run. Default: a new UUID. */
  readonly runId?: string | undefined;
  /** Streams what the first run streamed, too. */
  readonly replayEvents?: boolean | undefined;
}

/** Entries that a fork copies with one write. */
const FORK_BATCH = 1000;

/** Records runs: every run that is given this journal is a new one. */
export function recordTo(store: JournalStore, options: RecordOptions = {}): Journal {
  checkOptions(options);
  return new OpenableJournal("record", options.runId, async (opening) => {
    const runId = options.runId ?? randomUuid();
    const seed = options.seed ?? newSeed();
    const writer = await store.open(runId, "create");
    // Later aborts are heard by the run itself.
    const early = opening.signal?.aborted === true ? opening.signal : undefined;
    const { run, session } = buildRun(
      { ...options, mode: "record", runId, seed, writer, recording: undefined },
      opening,
    );
    try {
      await session.log.first(headerEntry({ runId, seed }, opening, session.packer, null));
      if (early !== undefined) await earlyAbort(session, early);
    } catch (error) {
      await session.log.close();
      throw error;
    }
    return run;
  });
}

/** Runs a recorded run again without touching the world, and compares. */
export function replayFrom(store: JournalStore, runId: string, options: JournalOptions = {}): Journal {
  checkOptions(options);
  return new OpenableJournal("replay", runId, async (opening) => {
    const recording = await loadRecording(store.read(runId));
    checkTask(recording, opening.task);
    const { seed } = recording.header;
    const { run, session } = buildRun(
      { ...options, mode: "replay", runId, seed, writer: undefined, recording },
      opening,
    );
    session.applyEarly();
    return run;
  });
}

/** Goes on with a run that was interrupted, failed, was aborted or waits: what has an outcome is not performed again. */
export function resumeFrom(store: JournalStore, runId: string, options: ResumeOptions = {}): Journal {
  checkOptions(options);
  return new OpenableJournal("resume", runId, async (opening) => {
    const writer = await store.open(runId, "append", options.force === true ? { force: true } : {});
    try {
      const recording = await loadRecording(store.read(runId));
      const accept = options.accept === "recorded";
      checkResumable(recording, opening, accept);
      checkTask(recording, opening.task);
      const finished = recording.end?.o === "finished";
      const drops = finished ? [] : prepareResume(recording, Date.now());
      const attach: AttachEntry = {
        e: "attach",
        at: Date.now(),
        mode: "resume",
        versions: { ...opening.versions },
        from: recording.order.length,
        ...(opening.limits === undefined ? undefined : { limits: limitsToJson(opening.limits) }),
      };
      if (!finished) await writer.append([attach, ...drops]);
      else await writer.close();
      const { seed } = recording.header;
      const built = buildRun(
        { ...options, accept, mode: "resume", runId, seed, writer: finished ? undefined : writer, recording },
        opening,
      );
      built.session.applyEarly();
      if (opening.signal?.aborted === true)
        built.session.abort({ name: "AbortError", code: null, message: "" }, opening.signal.reason);
      return built.run;
    } catch (error) {
      await writer.close();
      throw error;
    }
  });
}

/** Starts a new run from a recorded one: up to the mark of a turn it is answered, whatever it asks; then it is on its own. */
export function forkFrom(store: JournalStore, parentId: string, options: ForkOptions = {}): Journal {
  checkOptions(options);
  return new OpenableJournal("fork", undefined, async (opening) => {
    const { turn, salvage = false } = options;
    const source = await loadRecording(store.read(parentId), { salvage });
    const { parent, entries } = await forkPrefix(source, store.read(parentId), turn);
    const runId = options.runId ?? randomUuid();
    const seed = newSeed();
    const recorded: OpenRunOptions = {
      ...opening,
      task: source.read(source.header.task),
      state: source.read(source.header.state),
    };
    const writer = await store.open(runId, "create");
    try {
      const recording = new Recording();
      const blobs = new Map<string, BlobEntry>();
      const packer = new Packer((h, data) => blobs.set(h, { e: "blob", h, data }));
      const header = headerEntry({ runId, seed }, recorded, packer, parent);
      const rest = entries.filter((entry) => entry.e !== "blob" || !blobs.has(entry.h));
      const all = [header, ...blobs.values(), ...rest];
      for (const entry of all) recording.add(entry);
      for (let at = 0; at < all.length; at += FORK_BATCH) await writer.append(all.slice(at, at + FORK_BATCH));
      const built = buildRun({ ...options, mode: "fork", runId, seed, writer, recording }, recorded);
      if (opening.signal?.aborted === true)
        built.session.abort({ name: "AbortError", code: null, message: "" }, opening.signal.reason);
      return built.run;
    } catch (error) {
      await writer.close();
      throw error;
    }
  });
}

/** @throws ValueError */
function checkOptions({ stateEvery, stuckAfterMs }: JournalOptions): void {
  if (stateEvery !== undefined && !(Number.isInteger(stateEvery) && stateEvery > 0)) {
    throw new ValueError(`stateEvery must be a whole number of turns above 0, got ${stateEvery}.`);
  }
  if (stuckAfterMs !== undefined && !(stuckAfterMs > 0)) {
    throw new ValueError(`stuckAfterMs must be a number of milliseconds above 0, got ${stuckAfterMs}.`);
  }
}

/** A class for the sake of its getter: an object with a getter of its own is dear to make and long kept. */
class OpenableJournal implements Journal {
  readonly mode: Journal["mode"];
  readonly #open: (options: OpenRunOptions) => Promise<Run>;
  #runId: string | undefined;

  constructor(mode: Journal["mode"], runId: string | undefined, open: (options: OpenRunOptions) => Promise<Run>) {
    this.mode = mode;
    this.#runId = runId;
    this.#open = open;
  }

  get runId(): string | undefined {
    return this.#runId;
  }

  async open(options: OpenRunOptions): Promise<Run> {
    const { runner, definition = runner === undefined ? undefined : dumpIfPossible(runner) } = options;
    const run = await this.#open({ ...options, definition });
    this.#runId = run.context.runId;
    return run;
  }
}
