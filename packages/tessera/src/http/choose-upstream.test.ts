import { expect, test } from "vitest";
import type { Upstream } from "../exchange.ts";
import { UpstreamChooser } from "./choose-upstream.ts";

const UPSTREAMS: readonly Upstream[] = [
  { id: "openai", kind: "openai", baseURL: "https://a.example" },
  { id: "anthropic", kind: "anthropic", baseURL: "https://b.example" },
  { id: "fast", kind: "openai-compatible", baseURL: "https://c.example", pricesOf: "deepseek" },
];
const chooser = new UpstreamChooser(UPSTREAMS);
const choose = (wish: Partial<Parameters<UpstreamChooser["choose"]>[0]>): readonly [string, string] => {
  const { upstream, model } = chooser.choose({
    path: undefined,
    header: undefined,
    model: "",
    dialect: "openai",
    ...wish,
  });
  return [upstream.id, model];
};

test("the path goes before the header, the header before the model's prefix, the prefix before its maker", () => {
  const model = "fast/deepseek-chat";
  expect(choose({ path: "openai", header: "fast", model })).toEqual(["openai", model]);
  expect(choose({ header: "openai", model })).toEqual(["openai", model]);
  expect(choose({ model: "openai/deepseek-chat" })).toEqual(["openai", "deepseek-chat"]);
  expect(choose({ model: "deepseek-chat" })).toEqual(["fast", "deepseek-chat"]);
  expect(choose({ model: "gpt-4o" })).toEqual(["openai", "gpt-4o"]);
  expect(choose({ model: "nobody-knows-it" })).toEqual(["openai", "nobody-knows-it"]);
  expect(choose({ model: "gpt-4o" })).toEqual(["openai", "gpt-4o"]);
});

test("a request is never sent to a server of another dialect because of its model", () => {
  expect(choose({ model: "claude-sonnet-4-6" })).toEqual(["openai", "claude-sonnet-4-6"]);
  expect(choose({ model: "gpt-4o", dialect: "anthropic" })).toEqual(["anthropic", "gpt-4o"]);
});

test("what names no upstream is refused", () => {
  for (const path of [undefined, "openai"])
    for (const header of ["elsewhere", ""]) expect(() => choose({ path, header })).toThrow(/x-tessera-provider/);
  const lonely = new UpstreamChooser(UPSTREAMS.slice(0, 1));
  expect(() => lonely.choose({ path: undefined, header: undefined, model: "c", dialect: "anthropic" })).toThrow(
    /no upstream/,
  );
});
