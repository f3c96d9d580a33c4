import { describe, expect, test } from "vitest";
import { StdioMcpToolAdapter, StdioServerParams } from "./index.ts";
import { contentToText } from "./tool-result.ts";

const AUDIENCE = ["user", "assistant"];

// The items of AutoGen's own test of `return_value_as_string`.
describe("the text of what a tool gave", () => {
  test("is the JSON of its parts, in their own order, without a _meta that says nothing", () => {
    const content = [
      { type: "text", text: "test_output", annotations: { audience: AUDIENCE, priority: 0.7 }, _meta: null },
      { type: "image", data: "test_image_data", mimeType: "image/png", annotations: null, meta: null },
      {
        type: "resource",
        resource: { uri: "http://example.com/test", mimeType: null, text: "embedded text", _meta: null },
        annotations: { audience: AUDIENCE, priority: 0.3, meta: null },
      },
      { type: "resource_link", name: "link", uri: "http://example.com", _meta: { mine: 1 } },
    ];
    expect(contentToText(content)).toBe(
      '[{"type":"text","text":"test_output","annotations":{"audience":["user","assistant"],"priority":0.7}},' +
        '{"type":"image","data":"test_image_data","mimeType":"image/png","annotations":null},' +
        '{"type":"resource","resource":{"uri":"http://example.com/test","mimeType":null,"text":"embedded text"},' +
        '"annotations":{"audience":["user","assistant"],"priority":0.3}},' +
        '{"type":"resource_link","name":"link","uri":"http://example.com/","_meta":{"mine":1}}]',
    );
  });

  test("of a text is that of one part of text", () => {
    const serverParams = StdioServerParams({ command: "x" });
    const tool = new StdioMcpToolAdapter({ serverParams, tool: { name: "t", inputSchema: { type: "object" } } });
    expect(tool.returnValueAsString("plain")).toBe('[{"type":"text","text":"plain"}]');
  });
});
