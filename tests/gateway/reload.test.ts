import OpenAI from "openai";
import { expect, onTestFinished, test } from "vitest";
import { startServer } from "@tesserae/tessen/serve";
import { GatewayFolder } from "./tessera-command.ts";

test.skipIf(process.platform === "win32")(
  "SIGHUP puts a changed configuration in force; one that cannot be used is told, and the former one stays",
  async () => {
    const provider = await startServer({ script: { rules: [{ answer: { text: "Yes." } }] } });
    onTestFinished(() => provider.close());
    const upstreams = [{ id: "openai", kind: "openai", baseURL: `${provider.url}/v1`, allowPrivate: true }];
    const folder = new GatewayFolder({ upstreams, auth: { mode: "open" } });
    const { url, reload, stop } = await folder.serve();
    const client = new OpenAI({ baseURL: `${url}/v1/openai`, apiKey: "sk-1", maxRetries: 0 });
    const ask = async (content: string): Promise<unknown> =>
      await client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content }] });
    await ask("1?");

    folder.configure({ upstreams: [{ id: "openai" }], caps: { statusCode: 500 } });
    expect(await reload()).toMatch(
      /cannot be used:\n +\/upstreams\/0\/baseURL is missing\n(.*\n)*The former configuration stays in force\.\n$/,
    );
    await ask("2?");
    folder.configure("{");
    expect(await reload()).toMatch(/tessera\.config\.json is no JSON.*\nThe former configuration stays in force\.\n$/);
    await ask("3?");

    const limits = [{ scope: "global", window: "month", usd: 0 }];
    folder.configure({ upstreams, auth: { mode: "open" }, caps: { limits }, ledger: { checkpointRows: 1 } });
    expect(await reload()).toMatch(
      /^These have changed, and hold from the next start on: ledger\.\nThe configuration was read anew and is in force\.\n$/,
    );
    await expect(ask("4?")).rejects.toMatchObject({ status: 402 });
    expect(provider.requests).toHaveLength(3);
    expect(await stop()).toBe(0);
  },
);
