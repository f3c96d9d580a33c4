/** The first program with actors: one changes a number, one checks it, and neither knows that there is the other. */
import { AgentId, SingleThreadedAgentRuntime } from "@tesserae/core";
import { Checker, Message, Modifier } from "./core-quick-start/agents.ts";

//#region runtime
const runtime = new SingleThreadedAgentRuntime();
await Modifier.register(runtime, "modifier", () => new Modifier((x) => x - 1));
await Checker.register(runtime, "checker", () => new Checker((x) => x <= 1));

runtime.start();
await runtime.sendMessage(Message({ content: 10 }), new AgentId("checker", "default"));
await runtime.stopWhenIdle();
//#endregion
await runtime.close();
