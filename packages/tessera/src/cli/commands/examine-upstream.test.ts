import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { examineUpstream } from "./examine-upstream.ts";

test("an upstream that answers is told, whatever it answers, and so is a clock that is wrong", async () => {
  const server = createServer((_, response) => response.writeHead(401).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const upstream = { id: "home", kind: "openai-compatible", baseURL: `http://127.0.0.1:${port}/v1` } as const;
  const answers = { check: "upstream home", state: "ok", detail: `${upstream.baseURL} answers` };
  expect(await examineUpstream(upstream, Date.now)).toEqual([answers]);
  expect(await examineUpstream(upstream, () => Date.now() + 60_000)).toEqual([
    answers,
    { check: "clock", state: "warning", detail: expect.stringMatching(/this machine is (59|60|61) s ahead of home/) },
  ]);
  expect(await examineUpstream(upstream, () => Date.now() - 60_000)).toMatchObject([
    answers,
    { detail: expect.stringMatching(/s behind home/) },
  ]);
});

test("one that cannot be reached is a warning", async () => {
  const upstream = { id: "gone", kind: "openai", baseURL: "http://127.0.0.1:1/v1" } as const;
  expect(await examineUpstream(upstream, Date.now)).toMatchObject([
    { check: "upstream gone", state: "warning", detail: expect.stringMatching(/cannot be reached/) },
  ]);
});
