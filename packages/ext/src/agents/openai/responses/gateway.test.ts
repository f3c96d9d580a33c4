import { dumpComponent, MemoryJournalStore, recordTo } from "@tesserae/core";
import { expect, onTestFinished, test } from "vitest";
import { defaultRegistry } from "../../../components/default-registry.ts";
import { GatewayTransport } from "../../../gateway/gateway-transport.ts";
import { routedModels } from "../../../gateway/routed-models.ts";
import { startTestServer } from "../../../testing/test-server.ts";
import { said, whole } from "../testing/responses-fixture.ts";
import { OpenAIAgent } from "./openai-agent.ts";

test("an agent of a component file goes through a gateway where models do, and tells it of each call", async () => {
  const before = process.env["OPENAI_API_KEY"];
  process.env["OPENAI_API_KEY"] = "sk-test";
  const gateway = await startTestServer(() => whole("r1", [said("Hello")]));
  const routes = [{ id: "openai", baseUrl: "https://api.openai.com/v1" }];
  const transport = new GatewayTransport({ url: gateway.url, apiKey: "tk_x", routes });
  onTestFinished(async () => {
    if (before === undefined) delete process.env["OPENAI_API_KEY"];
    else process.env["OPENAI_API_KEY"] = before;
    await transport.close();
    await gateway.close();
  });
  const dump = dumpComponent(new OpenAIAgent({ name: "a", description: "d", model: "gpt-4.1", instructions: "i" }));
  const agent = await defaultRegistry()
    .register(...routedModels(transport))
    .load<OpenAIAgent>(dump, { expected: "agent" });
  const result = await agent.run("Hi", { journal: recordTo(new MemoryJournalStore(), { runId: "run-1" }) });
  expect(result.messages.at(-1)).toMatchObject({ content: "Hello" });
  expect(gateway.requests).toMatchObject([
    {
      path: "/v1/openai/responses",
      headers: {
        authorization: "Bearer sk-test",
        "x-tessera-api-key": "tk_x",
        "x-tesserae-run": "run-1",
        "x-tesserae-agent": "a",
      },
    },
  ]);
  expect(dumpComponent(agent)).toEqual(dump);
});
