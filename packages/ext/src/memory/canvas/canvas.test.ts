import { spawnSync } from "node:child_process";
import { AssistantAgent } from "@tesserae/agentchat";
import { dumpComponent, UnboundedChatCompletionContext, UserMessage } from "@tesserae/core";
import { callsOf, ScriptedClient } from "@tesserae/core/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultRegistry } from "../../components/index.ts";
import { TextCanvas, TextCanvasMemory } from "./index.ts";

const STORY = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n";

describe("a canvas", () => {
  test("keeps every revision of its files", () => {
    const canvas = new TextCanvas();
    expect([canvas.listFiles(), canvas.getLatestContent("a")]).toEqual([{}, ""]);
    expect(canvas.getAllContentsForContext()).toBe("=== CANVAS FILES ===\n=== END OF CANVAS ===");
    canvas.addOrUpdateFile("a", "first");
    canvas.addOrUpdateFile("a", new TextEncoder().encode("second ü"));
    canvas.addOrUpdateFile("b", "");
    expect(canvas.listFiles()).toEqual({ a: 2, b: 1 });
    expect([0, 1, 2, 3].map((revision) => canvas.getRevisionContent("a", revision))).toEqual([
      "",
      "first",
      "second ü",
      "",
    ]);
    expect(canvas.getAllContentsForContext()).toBe(
      "=== CANVAS FILES ===\nFile: a (rev 2):\nsecond ü\n\nFile: b (rev 1):\n\n\n=== END OF CANVAS ===",
    );
    expect(() => canvas.addOrUpdateFile("a", new Uint8Array([255]))).toThrow(/no UTF-8/);
  });

  test("shows what changed, as difflib does", () => {
    const canvas = new TextCanvas({ "s.md": [STORY, STORY.replace("two", "2"), STORY.replace("eight", "8")] });
    expect(canvas.getDiff("s.md", 1, 2)).toBe(
      "--- s.md@r1\n+++ s.md@r2\n@@ -1,5 +1,5 @@\n one\n-two\n+2\n three\n four\n five\n",
    );
    expect(canvas.getRevisionDiffs("s.md")).toEqual([canvas.getDiff("s.md", 1, 2), canvas.getDiff("s.md", 2, 3)]);
    expect(canvas.getDiff("s.md", 1, 1)).toBe("");
    expect(canvas.getDiff("none", 1, 2)).toBe("");
    expect(canvas.getRevisionDiffs("none")).toEqual([]);
  });

  test("takes a patch that Python's difflib made", ({ skip }) => {
    const program = `import difflib,json,sys
a,b=json.load(sys.stdin)
print(json.dumps("".join(difflib.unified_diff(a.splitlines(True),b.splitlines(True),fromfile="x",tofile="y"))))`;
    const changed = STORY.replace("two\n", "").replace("seven", "seven\nand a half");
    const { status, stdout } = spawnSync("python3", ["-c", program], { input: JSON.stringify([STORY, changed]) });
    if (status !== 0) skip("no python3");
    const canvas = new TextCanvas({ story: [STORY] });
    canvas.applyPatch("story", String(JSON.parse(stdout.toString())));
    expect(canvas.getLatestContent("story")).toBe(changed);
    expect(canvas.listFiles()).toEqual({ story: 2 });
    expect(canvas.getRevisionDiffs("story")).toHaveLength(1);
  });

  test("whose diffs are applied one after another comes to the same texts", () => {
    const line = fc.constantFrom("a", "b", "c", "", " x", "-", "+");
    const text = fc
      .tuple(fc.array(line, { maxLength: 12 }), fc.boolean())
      .map(([lines, ends]) => lines.join("\n") + (ends ? "\n" : ""));
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 5 }), (revisions) => {
        const canvas = new TextCanvas({ f: revisions });
        const replayed = new TextCanvas({ f: [revisions[0] ?? ""] });
        for (const diff of canvas.getRevisionDiffs("f")) if (diff !== "") replayed.applyPatch("f", diff);
        expect(replayed.getLatestContent("f")).toBe(revisions.at(-1));
      }),
    );
  });

  test.each([
    ["stands elsewhere", `zero\nminus\n${STORY}`],
    ["has a line around it changed", STORY.replace("one", "ONE")],
  ])("takes a patch whose change %s", (_, text) => {
    const patch = new TextCanvas({ f: [STORY, STORY.replace("four", "4")] }).getDiff("f", 1, 2);
    const canvas = new TextCanvas({ f: [text] });
    canvas.applyPatch("f", patch);
    expect(canvas.getLatestContent("f")).toBe(text.replace("four", "4"));
  });

  test("takes a patch of a text without a line end, and of several files the first", () => {
    const canvas = new TextCanvas({ f: ["a\nb"] });
    canvas.applyPatch(
      "f",
      "--- f\n+++ f\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n",
    );
    expect(canvas.getLatestContent("f")).toBe("a\nc");
    const two =
      "--- x\n+++ x\n@@ -1,2 +1,2 @@\n-a\n+A\n c\n\\ No newline at end of file\n--- y\n+++ y\n@@ -1 +1 @@\n-q\n+Q\n";
    canvas.applyPatch("f", new TextEncoder().encode(two));
    expect(canvas.getLatestContent("f")).toBe("A\nc");
  });

  test.each([
    ["a file that is not there", "g", "@@ -1 +1 @@\n-a\n+b\n", /no file "g": make it first/],
    ["an empty patch", "f", "", /The patch is empty/],
    ["words", "f", "please change a to b", /The patch is empty/],
    ["a patch that is cut", "f", "--- a\n+++ b\n@@ -1,2 +1,2 @@\n a\n", /is no unified diff/],
    ["a patch of another text", "f", "@@ -1,2 +1,2 @@\n x\n-y\n+z\n", /does not fit "f" \(rev 1\)/],
  ])("refuses %s, and stays as it was", (_, name, patch, message) => {
    const canvas = new TextCanvas({ f: ["a\nb\n"] });
    expect(() => canvas.applyPatch(name, patch)).toThrow(message);
    expect(canvas.revisions()).toEqual({ f: ["a\nb\n"] });
  });
});

describe("a memory of a canvas", () => {
  test("shows nothing while there is nothing, then one message that is always the latest", async () => {
    const memory = new TextCanvasMemory();
    const context = new UnboundedChatCompletionContext();
    expect(await memory.updateContext(context)).toEqual({ memories: { results: [] } });
    expect(context.getMessages()).toEqual([]);
    memory.canvas.addOrUpdateFile("story.md", "Once");
    context.addMessage(UserMessage({ content: "go on", source: "user" }));
    const { memories } = await memory.updateContext(context);
    expect(memories.results).toEqual([{ content: memory.canvas.getAllContentsForContext(), mimeType: "text/plain" }]);
    memory.canvas.addOrUpdateFile("story.md", "Once upon a time");
    context.addMessage(UserMessage({ content: "more", source: "user" }));
    await memory.updateContext(context);
    await memory.updateContext(context);
    const texts = context.getMessages().map(({ content }) => content);
    expect(texts).toEqual(["go on", memory.canvas.getAllContentsForContext(), "more"]);
    expect(texts[1]).toContain("File: story.md (rev 2):\nOnce upon a time\n");
    await memory.clear();
    await memory.updateContext(context);
    expect(context.getMessages()[1]?.content).toBe("=== CANVAS FILES ===\n=== END OF CANVAS ===");
  });

  test("is not searched and not added to; its tools still write after it was cleared", async () => {
    const memory = new TextCanvasMemory();
    const update = memory.getUpdateFileTool();
    const patch = memory.getApplyPatchTool();
    await memory.add();
    expect(await memory.query()).toEqual({ results: [] });
    await memory.clear();
    expect(await update.runJson({ filename: "f", new_content: "a\n" })).toEqual({ status: "OK" });
    expect(memory.canvas.listFiles()).toEqual({ f: 1 });
    expect(await patch.runJson({ filename: "f", patch_text: "@@ -1 +1 @@\n-a\n+b\n" })).toEqual({
      status: "PATCH APPLIED",
    });
    expect(memory.canvas.getLatestContent("f")).toBe("b\n");
    await expect(patch.runJson({ filename: "g", patch_text: "" })).rejects.toThrow(/no file "g"/);
    await memory.close();
  });

  test("is written as JSON with all revisions, and read again", async () => {
    const memory = new TextCanvasMemory(new TextCanvas({ f: ["a", "b"] }));
    const dump = dumpComponent(memory);
    expect(dump.config).toEqual({ files: { f: ["a", "b"] } });
    const loaded = await defaultRegistry().load<TextCanvasMemory>(dump, { expected: "memory" });
    expect(loaded.canvas.listFiles()).toEqual({ f: 2 });
    expect(dumpComponent(loaded)).toEqual(dump);
  });

  test("lets a writer and a critic work on one text", async () => {
    const memory = new TextCanvasMemory();
    const call = callsOf(["update_file", { filename: "s.md", new_content: "A bunny." }]);
    const writer = new AssistantAgent({
      name: "writer",
      modelClient: new ScriptedClient([call]),
      tools: [memory.getUpdateFileTool(), memory.getApplyPatchTool()],
      memory: [memory],
    });
    await writer.run("Write a story.");
    const client = new ScriptedClient(["Good."]);
    await new AssistantAgent({ name: "critic", modelClient: client, memory: [memory] }).run("Review it.");
    expect(JSON.stringify(client.calls[0]?.messages)).toContain("File: s.md (rev 1):\\nA bunny.");
  });
});
