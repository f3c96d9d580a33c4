import type { ChatAgent, Team } from "@tesserae/agentchat";
import {
  ComponentError,
  dumpComponent,
  withoutMaskedSecrets,
  type ComponentIssue,
  type Json,
  type JsonObject,
} from "@tesserae/core";
import { CommandError } from "../cli/command-error.ts";
import { messageOf } from "../cli/report-error.ts";
import type { Connect } from "../gateway/model-route.ts";
import { routesOf } from "../gateway/routes-of.ts";
import { replaceModels, withMaxTurns } from "./component-json.ts";
import { loadTools } from "./tools-module.ts";

/** What is told about a component when it is loaded. */
export interface LoadRunnerOptions {
  /** Where the JSON comes from, for messages: a file, or a run. */
  readonly from: string;
  /** `PROVIDER/NAME` of the model that takes the place of every other. */
  readonly model?: string | undefined;
  readonly maxTurns?: number | undefined;
  /** The path of a module of tools. */
  readonly tools?: string | undefined;
  /** False when nothing will be performed: then a model needs no key. */
  readonly performs: boolean;
  /** How its models are reached. Default: straight. */
  readonly connect?: Connect | undefined;
}

/** A team or an agent that a component file describes. */
export type Runner = Team | ChatAgent;

/**
 * Makes the team or agent of a component's JSON.
 * @throws CommandError with everything that is wrong, one line a place.
 */
export async function loadRunner(json: unknown, options: LoadRunnerOptions): Promise<Runner> {
  const { from, model, maxTurns } = options;
  const { defaultRegistry } = await import("@tesserae/ext/components");
  const registry = defaultRegistry();
  const transport = options.performs ? await options.connect?.(await routesOf(json)) : undefined;
  if (transport !== undefined) registry.register(...(await import("@tesserae/ext/gateway")).routedModels(transport));
  // Whatever is not JSON is refused by the registry, with its place.
  let definition = withoutMaskedSecrets(json as Json);
  if (model !== undefined)
    definition = await replaceModels(definition, await modelJson(model, options.performs), registry);
  if (maxTurns !== undefined) definition = teamWithMaxTurns(definition, maxTurns, from);
  const tools = await loadTools(options.tools);
  try {
    return await registry.load<Runner>(definition, { expected: ["team", "agent"], resolve: { tool: tools } });
  } catch (error) {
    throw new CommandError(loadMessage(error, from), { cause: error });
  }
}

/** The component JSON of a model that is named `PROVIDER/NAME`, its key from the environment. */
async function modelJson(name: string, performs: boolean): Promise<JsonObject> {
  const { model } = await import("@tesserae/ext/models");
  try {
    const client = model(name, performs ? {} : { apiKey: "no key: nothing is sent" });
    return withoutMaskedSecrets(dumpComponent(client)) as JsonObject;
  } catch (error) {
    throw new CommandError(`--model ${name}: ${messageOf(error)}`, { cause: error });
  }
}

/** Problems of a component, one line each: the place, then what is wrong there. */
export function issueLines(issues: readonly ComponentIssue[]): string {
  return issues.map(({ pointer, message }) => `  ${pointer === "" ? "(root)" : pointer}: ${message}`).join("\n");
}

function loadMessage(error: unknown, from: string): string {
  if (!(error instanceof ComponentError)) return `${from} cannot be loaded: ${messageOf(error)}`;
  const [issue, ...more] = error.issues;
  if (error.code === "ERR_COMPONENT_UNRESOLVED") {
    return `${from} needs a function that JSON cannot hold. Give the module that exports it: --tools MODULE.\n${issueLines(error.issues)}`;
  }
  if (issue !== undefined && more.length === 0) return `${from}: ${issueLines([issue]).trim()}`;
  return `${from} has ${error.issues.length} errors:\n${issueLines(error.issues)}`;
}

function teamWithMaxTurns(json: Json, maxTurns: number, from: string): Json {
  const provider = String(Reflect.get(Object(json), "provider"));
  const changed = provider.includes(".agents.") ? undefined : withMaxTurns(json, maxTurns);
  if (changed === undefined) throw new CommandError(`--max-turns limits the turns of a team; ${from} is none.`);
  return changed;
}
