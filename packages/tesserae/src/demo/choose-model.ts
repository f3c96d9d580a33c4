import type { ChatCompletionClient } from "@tesserae/core";
import type { Transport } from "@tesserae/ext/gateway";
import { CommandError } from "../cli/command-error.ts";
import { messageOf } from "../cli/report-error.ts";
import type { ModelRoute } from "../gateway/model-route.ts";
import { findOllamaModel } from "./find-ollama-model.ts";
import {
  LIST_PRICE_MODEL,
  SCRIPTED_MODEL,
  scriptedModelClient,
  scriptedRoute,
} from "./scripted-model/scripted-client.ts";

/** The model that the demo works with. */
export interface ChosenModel {
  /** Where it may be asked. */
  readonly routes: readonly ModelRoute[];
  /** A client that sends by a transport, or straight to where the model is. Called once; closed with the model. */
  client(transport?: Transport): ChatCompletionClient;
  /** How it is named in the labels of the run: `PROVIDER/NAME`, or `scripted`. */
  readonly name: string;
  /** For people: what it is, and why it was chosen. */
  readonly description: string;
  close(): Promise<void>;
}

/** What decides about the model. */
export interface ModelChoice {
  readonly model?: string | undefined;
  readonly scripted?: boolean | undefined;
}

/** The models that are used where a key is set: of each provider one that is capable and costs little. */
const BY_KEY: readonly (readonly [variable: string, model: string])[] = [
  ["OPENAI_API_KEY", "openai/gpt-5-mini"],
  ["ANTHROPIC_API_KEY", "anthropic/claude-haiku-4-5"],
  ["GEMINI_API_KEY", "gemini/gemini-2.5-flash"],
];

/** The model that is named, else one whose key is set, else one of a running Ollama, else the scripted one. */
export async function chooseModel({ model, scripted }: ModelChoice): Promise<ChosenModel> {
  if (model !== undefined && model !== SCRIPTED_MODEL) return namedModel(model, "chosen with --model");
  if (model === SCRIPTED_MODEL || scripted === true) return scriptedModel("chosen with --scripted");
  const byKey = BY_KEY.find(([variable]) => (process.env[variable] ?? "") !== "");
  if (byKey !== undefined) return namedModel(byKey[1], `${byKey[0]} is set`);
  const local = await findOllamaModel();
  if (local !== undefined) return namedModel(`ollama/${local}`, "Ollama is running");
  return scriptedModel("no key is set and no Ollama is running");
}

async function namedModel(name: string, reason: string): Promise<ChosenModel> {
  const { model } = await import("@tesserae/ext/models");
  const { presetRoutes } = await import("@tesserae/ext/gateway");
  const make = (transport?: Transport): ChatCompletionClient => {
    try {
      return model(name, { transport });
    } catch (error) {
      throw new CommandError(`The model ${name} (${reason}) cannot be used: ${messageOf(error)}`, { cause: error });
    }
  };
  // What is wrong with it is told before anything is started.
  await make().close();
  return { ...closing(make), routes: presetRoutes(), name, description: `${name} (${reason})` };
}

async function scriptedModel(reason: string): Promise<ChosenModel> {
  // A replay needs a client without it.
  const { startScriptedModel } = await import("./scripted-model/server.ts");
  const server = await startScriptedModel();
  const { client, close } = closing((transport) => scriptedModelClient(transport ?? server.baseUrl));
  return {
    routes: [scriptedRoute(server.baseUrl)],
    client,
    name: SCRIPTED_MODEL,
    description: `scripted answers over HTTP (${reason}); cost as at the list price of ${LIST_PRICE_MODEL}`,
    async close() {
      await close();
      await server.close();
    },
  };
}

/** A client of the model under its name, for a replay: nothing is asked, so that it needs no key and no server. */
export async function idleModel(name: string): Promise<ChatCompletionClient> {
  if (name === SCRIPTED_MODEL) return scriptedModelClient(undefined);
  const { model } = await import("@tesserae/ext/models");
  return model(name, { apiKey: "no key: nothing is sent" });
}

/** Closes the client that was made, if one was. */
function closing(make: (transport?: Transport) => ChatCompletionClient): Pick<ChosenModel, "client" | "close"> {
  let made: ChatCompletionClient | undefined;
  return {
    client: (transport) => (made = make(transport)),
    close: async () => made?.close(),
  };
}
