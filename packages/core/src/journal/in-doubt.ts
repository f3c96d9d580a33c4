import { RuntimeError } from "../errors/kinds.ts";
import type { Json } from "../json.ts";
import type { Ask } from "./ask.ts";
import { idempotencyKey, type RunIdentity } from "./derived.ts";
import type { BeginEntry } from "./entries.ts";
import { encodeSegment, parseAddress } from "./address.ts";
import type { JournalLog } from "./journal-log.ts";
import type { Packer } from "./packer.ts";
import type { Recording } from "./recording.ts";
import { uuidFromHex } from "../run/uuid.ts";

/** An effect that had begun before a crash, and whose owner wants to be asked what became of it. */
export interface DoubtfulEffect {
  readonly address: string;
  readonly kind: string;
  readonly name: string;
  readonly request: Json;
  /** Under which the decision can be given with `answer`. */
  readonly requestId: string;
  readonly begunAt: number;
}

/** What became of it: it was done (with its result as JSON), it is to be repeated, or it counts as failed. */
export type DoubtDecision =
  | { readonly choice: "done"; readonly value: Json }
  | { readonly choice: "repeat" }
  | { readonly choice: "fail" };

/** Decides about effects in doubt; for those who resume a run. */
export type DecideDoubt = (effect: DoubtfulEffect) => Promise<DoubtDecision>;

/** The choices of the question. */
export const DOUBT_CHOICES = ["done", "repeat", "fail"] as const;

/** Asks what became of effects in doubt. The question is kept like an input, beside the order of the run. */
export class InDoubt {
  readonly #log: JournalLog;
  readonly #packer: Packer;
  readonly #recording: Recording | undefined;
  readonly #identity: () => RunIdentity;
  readonly #decide: DecideDoubt | undefined;

  constructor(
    log: JournalLog,
    packer: Packer,
    recording: Recording | undefined,
    identity: () => RunIdentity,
    decide: DecideDoubt | undefined,
  ) {
    this.#log = log;
    this.#packer = packer;
    this.#recording = recording;
    this.#identity = identity;
    this.#decide = decide;
  }

  /** @throws RuntimeError `ERR_INPUT_WAITING` when nobody is there to decide. */
  async ask({ address, spec }: Ask, begin: BeginEntry): Promise<Json> {
    // Each start is asked about once.
    const question = doubtAddress(address, (this.#recording?.begun.get(address) ?? 1) - 1);
    const requestId = uuidFromHex(idempotencyKey(this.#identity(), question));
    const answered = this.#recording?.answers.get(requestId);
    if (answered !== undefined) return answered;
    const at = new Date(begin.at).toISOString();
    const prompt = `The effect ${address} began at ${at} and was interrupted. Was it done, shall it be repeated, or has it failed?`;
    if (this.#recording?.begins.has(question) !== true) {
      const r = this.#packer.value({ prompt, choices: [...DOUBT_CHOICES], effect: spec.request() });
      const name = "in-doubt";
      const q = this.#packer.requestHash(r);
      await this.#log.now({
        e: "begin",
        a: question,
        at: Date.now(),
        k: "input",
        n: name,
        q,
        r,
        x: "safe",
        id: requestId,
        of: address,
      });
    }
    if (this.#decide === undefined) {
      throw new RuntimeError(`${prompt} Give the answer with \`answer\` under ${requestId}, then resume.`, {
        code: "ERR_INPUT_WAITING",
      });
    }
    const { kind, name } = spec;
    const decision = await this.#decide({ address, kind, name, request: spec.request(), requestId, begunAt: begin.at });
    await this.#log.now({
      e: "signal",
      at: Date.now(),
      k: "answer",
      to: question,
      value: { request_id: requestId, value: { ...decision } },
    });
    return { ...decision };
  }
}

/** The error of an effect in doubt that may not be repeated. */
export function inDoubtError({ address }: Ask, begin: BeginEntry): RuntimeError {
  return new RuntimeError(
    `${address} had begun at ${new Date(begin.at).toISOString()} when the program was interrupted. ` +
      "Its outcome is unknown, and it may not be repeated.",
    { code: "ERR_EFFECT_IN_DOUBT" },
  );
}

/** Where the question about an effect stands: beside it, counted by nobody. */
function doubtAddress(address: string, index: number): string {
  const path = parseAddress(address)?.path ?? "";
  return `${path}!input:${encodeSegment(`in-doubt ${address.slice(path.length + 1)}`)}[${index}]`;
}
