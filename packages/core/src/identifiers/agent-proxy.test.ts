import { expect, test } from "vitest";
import { Counter, Bump } from "../runtime/testing/agents.ts";
import { SingleThreadedAgentRuntime } from "../runtime/single-threaded-agent-runtime.ts";
import { AgentId } from "./agent-id.ts";
import { AgentProxy } from "./agent-proxy.ts";

test("every call of a proxy goes to the runtime", async () => {
  const runtime = new SingleThreadedAgentRuntime();
  await Counter.register(runtime, "counter", () => new Counter());
  const proxy = new AgentProxy(new AgentId("counter", "a"), runtime);
  expect(await proxy.metadata).toEqual({ type: "counter", key: "a", description: "counts" });
  runtime.start();
  expect(await proxy.sendMessage(Bump({ by: 2 }), { sender: new AgentId("someone", "x") })).toBe(2);
  expect(await proxy.saveState()).toEqual({ count: 2 });
  await proxy.loadState({ count: 7 });
  expect(await proxy.saveState()).toEqual({ count: 7 });
  await runtime.close();
});
