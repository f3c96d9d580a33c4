import { ValueError } from "@tesserae/core";
import { describe, expect, test } from "vitest";
import { taskFromUIMessages } from "./task-from-ui-messages.ts";

const PIXEL =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

describe("the task of a run from the messages of a user interface", () => {
  test("is what the person said last", () => {
    const messages = [
      { role: "user", parts: [{ type: "text", text: "Hello" }] },
      { role: "assistant", parts: [{ type: "text", text: "Hi" }] },
      {
        role: "user",
        parts: [
          { type: "text", text: "How are" },
          { type: "text", text: "you?" },
        ],
      },
    ];
    expect(taskFromUIMessages(messages)).toMatchObject({
      type: "TextMessage",
      source: "user",
      content: "How are\nyou?",
    });
    expect(taskFromUIMessages(messages, "ann").source).toBe("ann");
  });

  test.each([undefined, null, "x", [], [null], [{ role: "user", parts: [null, 5] }]])(
    "cannot be made of %j, which anybody may send",
    (messages) => {
      expect(() => taskFromUIMessages(JSON.parse(JSON.stringify(messages ?? null)))).toThrow(ValueError);
    },
  );

  test("has images where there are some", () => {
    const parts = [
      { type: "text", text: "What is this?" },
      { type: "file", mediaType: "image/png", url: PIXEL },
      { type: "data-own", data: 1 },
    ];
    expect(taskFromUIMessages([{ role: "user", parts }])).toMatchObject({
      type: "MultiModalMessage",
      content: ["What is this?", { type: "Image", mediaType: "image/png" }],
    });
  });

  test("has files where there are some", () => {
    const parts = [
      { type: "text", text: "Sum it up." },
      { type: "file", mediaType: "application/pdf", url: "data:application/pdf;base64,JVBERi0=" },
    ];
    expect(taskFromUIMessages([{ role: "user", parts }])).toMatchObject({
      type: "MultiModalMessage",
      content: ["Sum it up.", { type: "File", mediaType: "application/pdf", base64: "JVBERi0=" }],
    });
  });

  test.each([
    ["nothing", []],
    ["an answer", [{ role: "assistant", parts: [] }]],
    ["no parts", JSON.parse('[{"role":"user"}]')],
    ["no text", [{ role: "user", parts: [{ type: "text", text: "" }] }]],
    [
      "a file without bytes",
      [{ role: "user", parts: [{ type: "file", mediaType: "application/pdf", url: "data:x" }] }],
    ],
    ["an image elsewhere", [{ role: "user", parts: [{ type: "file", url: "https://example.org/a.png" }] }]],
  ])("is an error when there is %s", (_what, messages) => {
    expect(() => taskFromUIMessages(messages)).toThrow(ValueError);
  });
});
