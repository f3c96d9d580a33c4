import {
  AndTerminationCondition,
  ExternalTermination,
  FunctionCallTermination,
  FunctionalTermination,
  HandoffTermination,
  MaxMessageTermination,
  OrTerminationCondition,
  SourceMatchTermination,
  StopMessageTermination,
  TextMentionTermination,
  TextMessageTermination,
  TimeoutTermination,
  TokenUsageTermination,
  type TerminationCondition,
} from "@tesserae/agentchat";
import { ValueError, type JsonObject } from "@tesserae/core";
import { listOf, objectOf, textOf } from "../golden.ts";
import { CONDITIONS, named } from "./functions.ts";
import { numberIn, optionalList, textIn, truthIn } from "./options.ts";

type Make = (spec: JsonObject) => TerminationCondition;

/** Makes conditions, and remembers those that are set from outside. */
export class Conditions {
  readonly external: ExternalTermination[] = [];

  make(spec: JsonObject): TerminationCondition {
    const make = this.#makers[textOf(spec["type"])];
    if (make === undefined) throw new ValueError(`There is no condition of type ${JSON.stringify(spec["type"])}.`);
    return make(spec);
  }

  readonly #makers: Readonly<Record<string, Make>> = {
    AndTerminationCondition: (spec) => new AndTerminationCondition(...this.#parts(spec)),
    OrTerminationCondition: (spec) => new OrTerminationCondition(...this.#parts(spec)),
    StopMessageTermination: () => new StopMessageTermination(),
    MaxMessageTermination: (spec) =>
      new MaxMessageTermination(Number(spec["max_messages"]), {
        includeAgentEvent: truthIn(spec, "include_agent_event"),
      }),
    TextMentionTermination: (spec) =>
      new TextMentionTermination(textOf(spec["text"]), {
        sources: optionalList(spec["sources"])?.map((one) => textOf(one)),
      }),
    TokenUsageTermination: (spec) =>
      new TokenUsageTermination({
        maxTotalToken: numberIn(spec, "max_total_token"),
        maxPromptToken: numberIn(spec, "max_prompt_token"),
        maxCompletionToken: numberIn(spec, "max_completion_token"),
      }),
    HandoffTermination: (spec) => new HandoffTermination(textOf(spec["target"])),
    TimeoutTermination: (spec) => new TimeoutTermination(Number(spec["timeout_seconds"])),
    SourceMatchTermination: (spec) => new SourceMatchTermination(listOf(spec["sources"]).map((one) => textOf(one))),
    TextMessageTermination: (spec) => new TextMessageTermination(textIn(spec, "source")),
    FunctionCallTermination: (spec) => new FunctionCallTermination(textOf(spec["function_name"])),
    FunctionalTermination: (spec) => new FunctionalTermination(named(CONDITIONS, spec["func"])),
    ExternalTermination: () => {
      const condition = new ExternalTermination();
      this.external.push(condition);
      return condition;
    },
  };

  #parts(spec: JsonObject): TerminationCondition[] {
    return listOf(spec["conditions"]).map((part) => this.make(objectOf(part)));
  }
}
