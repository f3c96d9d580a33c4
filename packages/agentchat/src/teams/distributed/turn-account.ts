import {
  RuntimeError,
  isObject,
  type CallOfPart,
  type EnterCall,
  type JsonObject,
  type RunLimits,
  type UsedByPart,
  type WholeRun,
} from "@tesserae/core";
import { callToJson, limitsFromJson, refusalFromJson, usedToJson } from "./account-json.ts";
import type { Notice } from "./wire-envelope.ts";

/** Says something to the one who leads the run, and gives the answer. */
export type TellLeader = (notice: Notice, json: JsonObject, signal?: AbortSignal) => Promise<unknown>;

/** By which limits what is asked for can be refused. */
const LIMITS_ON = {
  model: ["maxModelCalls", "maxTokens", "maxCost"],
  tool: ["maxToolCalls"],
  turn: ["maxTurns"],
} as const satisfies { readonly [kind in CallOfPart["kind"]]: readonly (keyof RunLimits)[] };

/** What is asked and told about one turn where its run is led. An older leader wants to know nothing. */
export class TurnAccount implements WholeRun {
  /** Those of the whole run; of the turns those that are left. */
  readonly limits: RunLimits | undefined;
  /** Says what the turn has used; set when its run is open. */
  used: (() => UsedByPart) | undefined;
  readonly #place: JsonObject | undefined;
  readonly #tell: TellLeader;
  #calls = 0;

  /**
   * @param request the JSON of the envelope that asked for the turn.
   * @throws ValueError for a limit that is no number.
   */
  constructor({ run, account }: JsonObject, tell: TellLeader) {
    this.#tell = tell;
    if (!isObject(account) || typeof account["id"] !== "string") return;
    this.#place = { run: run ?? null, account: account["id"] };
    const { limits } = account;
    if (isObject(limits)) this.limits = limitsFromJson(limits);
  }

  /** A call is about to be made: the run must have as much left. */
  readonly enter: EnterCall = async (call, signal) => {
    const place = this.#place;
    if (place === undefined) return () => undefined;
    this.#calls += 1;
    const id = String(this.#calls);
    const { limits } = this;
    if (limits !== undefined) {
      const wanted = call();
      const isLimited = LIMITS_ON[wanted.kind].some((name) => limits[name] !== undefined);
      if (isLimited) await this.#ask(wanted, { ...place, call: id }, signal);
    }
    return () => {
      // Who cannot be told learns of it with the answer, or is gone.
      this.#tell("tesserae.CallOver", { ...place, call: id, ...this.told() }).catch(() => undefined);
    };
  };

  /** The keys of an answer. */
  told(): JsonObject {
    return this.#place === undefined || this.used === undefined
      ? {}
      : { ...this.#place, used: usedToJson(this.used()) };
  }

  async #ask(call: CallOfPart, place: JsonObject, signal: AbortSignal | undefined): Promise<void> {
    const answer = await this.#tell("tesserae.AdmitCall", { ...place, ...callToJson(call) }, signal);
    const refused = isObject(answer) ? answer["refused"] : undefined;
    if (typeof refused !== "string") return;
    throw refusalFromJson(answer as JsonObject, refused) ?? new RuntimeError(refused);
  }
}
