export { collect, rejection, typesOf, warningsOf } from "./collect.ts";
export { ScriptedExecutor } from "./scripted-executor.ts";
export {
  SCRIPTED_USAGE,
  ScriptedClient,
  answerOf,
  callsOf,
  type ScriptedAnswer,
  type ScriptedCall,
} from "./scripted-client.ts";
