import {
  LimitError,
  RuntimeError,
  enterCall,
  isObject,
  type AgentId,
  type EnteredCall,
  type JsonObject,
  type RequestUsage,
  type RunContext,
  type UsedByPart,
} from "@tesserae/core";
import { textField } from "../../messages/json-fields.ts";
import type { StreamItem } from "../../messages/types.ts";
import { callFromJson, limitsToJson, refusalToJson, usedFromJson } from "./account-json.ts";

/** A turn of a participant in another process, kept where its run is led: what it uses counts in that run. */
export class RemoteTurn {
  readonly actor: AgentId;
  /** What the participant is told: under which id it accounts for the turn, and what limits the run has. */
  readonly request: JsonObject;
  readonly #run: RunContext;
  readonly #calls = new Map<string, EnteredCall>();
  readonly #over = new AbortController();
  /** The turn itself counts from its beginning. */
  #counted: UsedByPart = {
    usage: { promptTokens: 0, completionTokens: 0 },
    cost: 0,
    modelCalls: 0,
    toolCalls: 0,
    turns: 1,
  };
  #isTold = false;

  constructor(actor: AgentId, id: string, run: RunContext) {
    this.actor = actor;
    this.#run = run;
    const limits = limitsToJson(run);
    this.request = limits === undefined ? { id } : { id, limits };
    run.meter?.countTurn();
  }

  /** Aborts when the turn is over. */
  get ended(): AbortSignal {
    return this.#over.signal;
  }

  /** True for what this turn says, or somebody who names no turn. */
  isNamedIn({ account }: JsonObject): boolean {
    return account === undefined || account === this.request["id"];
  }

  /** The participant asks for a call. Answers with the refusal, where a limit refuses it. */
  async admit(json: JsonObject): Promise<JsonObject> {
    const call = callFromJson(json);
    try {
      const entered = await enterCall(this.#run, call);
      const count = ({ model: "modelCalls", tool: "toolCalls", turn: "turns" } as const)[call.kind];
      this.#counted = { ...this.#counted, [count]: this.#counted[count] + 1 };
      this.#calls.set(textField(json, "call"), entered);
      if (this.ended.aborted) {
        this.end();
        throw new RuntimeError("The turn is over: it makes no more calls.");
      }
      return {};
    } catch (error) {
      if (error instanceof LimitError) return { refused: error.message, ...refusalToJson(error) };
      throw error;
    }
  }

  /** The participant tells what it has used in this turn, and perhaps which call is over. @throws ValueError */
  count({ used, call }: JsonObject): void {
    if (isObject(used)) {
      this.#isTold = true;
      this.#add(usedFromJson(used));
    }
    if (typeof call !== "string") return;
    this.#release(this.#calls.get(call));
    this.#calls.delete(call);
  }

  /** A participant that tells nothing, as those in Python: what its messages say. What it has paid is not known. */
  hear(said: readonly StreamItem[]): void {
    if (this.#isTold || this.ended.aborted) return;
    let [modelCalls, toolCalls, promptTokens, completionTokens] = [0, 0, 0, 0];
    for (const item of said) {
      if (item.type === "ToolCallExecutionEvent") toolCalls += item.content.length;
      if (item.modelsUsage === undefined) continue;
      modelCalls += 1;
      promptTokens += item.modelsUsage.promptTokens;
      completionTokens += item.modelsUsage.completionTokens;
    }
    const usage = { promptTokens, completionTokens };
    this.#add({ usage, cost: modelCalls === 0 ? 0 : undefined, modelCalls, toolCalls, turns: 1 });
  }

  /** The turn is over: nothing is set aside for it any more. */
  end(): void {
    for (const call of this.#calls.values()) this.#release(call);
    this.#calls.clear();
    this.#over.abort();
  }

  #release(call: EnteredCall | undefined): void {
    if (call === undefined) return;
    this.#run.meter?.settle(call.reservation);
    call.over();
  }

  /** Totals are told, again and again, in any order: only what is more than before counts. */
  #add(used: UsedByPart): void {
    const { usage, cost, modelCalls, toolCalls, turns } = this.#counted;
    const more = (now: number, before: number): number => Math.max(now - before, 0);
    const paid = used.cost === undefined || cost === undefined ? undefined : more(used.cost, cost);
    this.#run.meter?.restore({
      charge: { usage: moreUsage(used.usage, usage), cost: cost === undefined ? 0 : paid },
      modelCalls: more(used.modelCalls, modelCalls),
      toolCalls: more(used.toolCalls, toolCalls),
      turns: more(used.turns, turns),
    });
    this.#counted = {
      usage: greaterUsage(used.usage, usage),
      cost: paid === undefined ? undefined : (cost ?? 0) + paid,
      modelCalls: Math.max(used.modelCalls, modelCalls),
      toolCalls: Math.max(used.toolCalls, toolCalls),
      turns: Math.max(used.turns, turns),
    };
  }
}

const moreUsage = (now: RequestUsage, before: RequestUsage): RequestUsage =>
  eachToken(now, (key) => Math.max((now[key] ?? 0) - (before[key] ?? 0), 0));

const greaterUsage = (now: RequestUsage, before: RequestUsage): RequestUsage =>
  eachToken({ ...before, ...now }, (key) => Math.max(now[key] ?? 0, before[key] ?? 0));

function eachToken(keys: RequestUsage, count: (key: keyof RequestUsage) => number): RequestUsage {
  const usage: { -readonly [key in keyof RequestUsage]: RequestUsage[key] } = {
    promptTokens: count("promptTokens"),
    completionTokens: count("completionTokens"),
  };
  for (const key of ["cachedPromptTokens", "cacheWriteTokens", "reasoningTokens"] as const) {
    if (keys[key] !== undefined) usage[key] = count(key);
  }
  return usage;
}
