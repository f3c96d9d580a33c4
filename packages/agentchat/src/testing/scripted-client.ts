export {
  SCRIPTED_USAGE,
  ScriptedClient,
  answerOf,
  callsOf,
  type ScriptedAnswer,
  type ScriptedCall,
} from "@tesserae/core/testing";
