import { AssistantAgent } from "@tesserae/agentchat";
import { dumpComponent, ToolArgumentsError, ValueError, type CodeBlock, type CodeExecutor } from "@tesserae/core";
import { afterEach, describe, expect, test } from "vitest";
import { defaultRegistry } from "../../components/default-registry.ts";
import { LocalCommandLineCodeExecutor } from "../../code-executors/local/index.ts";
import { ReplayChatCompletionClient } from "../../models/replay/index.ts";
import { ExecutorFixture, python } from "../../testing/executor-fixture.ts";
import { PythonCodeExecutionTool } from "./python-code-execution-tool.ts";

const fixture = new ExecutorFixture();
afterEach(() => fixture.clear());

/** What Python AutoGen 0.7.5 dumps for `PythonCodeExecutionTool(LocalCommandLineCodeExecutor(work_dir="/tmp/w"))`. */
const PYTHON = {
  provider: "autogen_ext.tools.code_execution.PythonCodeExecutionTool",
  component_type: "tool",
  version: 1,
  component_version: 1,
  description: "A tool that executes Python code in a code executor and returns output.",
  label: "PythonCodeExecutionTool",
  config: {
    executor: {
      provider: "autogen_ext.code_executors.local.LocalCommandLineCodeExecutor",
      component_type: "code_executor",
      version: 1,
      component_version: 1,
      description: "A code executor class that executes code through a local command line\n    environment.",
      label: "LocalCommandLineCodeExecutor",
      config: { timeout: 60, work_dir: "/tmp/w", functions_module: "functions", cleanup_temp_files: true },
    },
    description: "Execute Python code blocks.",
  },
};

/** Notes what it is asked, and answers as told. */
function noting(exitCode: number, output: string): CodeExecutor & { readonly asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    repeat: "ask",
    start: async () => void asked.push("start"),
    stop: async () => void asked.push("stop"),
    restart: async () => {},
    executeCodeBlocks: async (blocks: readonly CodeBlock[]) => {
      asked.push(blocks);
      return { exitCode, output };
    },
  };
}

test("tells a model what AutoGen tells it", () => {
  const tool = new PythonCodeExecutionTool(noting(0, ""));
  expect(tool.schema).toEqual({
    name: "CodeExecutor",
    description: "Execute Python code blocks.",
    parameters: {
      type: "object",
      properties: {
        code: {
          description: "The contents of the Python code block that should be executed",
          title: "Code",
          type: "string",
        },
      },
      required: ["code"],
      additionalProperties: false,
    },
    strict: false,
  });
});

test("runs one block of Python in a started executor; its text is the output, and close stops it", async () => {
  const executor = noting(0, "hello\n");
  const tool = new PythonCodeExecutionTool(executor);
  const result = await tool.runJson({ code: "print('hello')" });
  expect(result).toEqual({ success: true, output: "hello\n" });
  expect(tool.returnValueAsString(result)).toBe("hello\n");
  await tool.close();
  expect(executor.asked).toEqual(["start", [{ code: "print('hello')", language: "python" }], "stop"]);
  expect(tool.repeat).toBe("ask");
});

test("code that fails is a result without success", async () => {
  const tool = new PythonCodeExecutionTool(noting(1, "NameError"));
  expect(await tool.runJson({ code: "x" })).toEqual({ success: false, output: "NameError" });
});

test.each([undefined, "print()", {}, { code: 1 }])("the arguments %j are refused", async (args) => {
  await expect(new PythonCodeExecutionTool(noting(0, "")).runJson(args)).rejects.toThrow(ToolArgumentsError);
});

test("needs an executor", () => {
  // @ts-expect-error: an object without methods.
  expect(() => new PythonCodeExecutionTool({})).toThrow(ValueError);
});

test("what AutoGen dumped loads, and is dumped as AutoGen would", async () => {
  const tool = await defaultRegistry().load(PYTHON, { expected: "tool" });
  expect(tool).toBeInstanceOf(PythonCodeExecutionTool);
  expect(dumpComponent(tool)).toMatchObject({
    provider: PYTHON.provider,
    config: { executor: { config: PYTHON.config.executor.config }, description: "Execute Python code blocks." },
  });
  const described = new PythonCodeExecutionTool(new LocalCommandLineCodeExecutor(), { description: "Runs it." });
  const again = await defaultRegistry().load(dumpComponent(described), { expected: "tool" });
  expect(dumpComponent(again)).toEqual(dumpComponent(described));
});

describe.skipIf(python === undefined)("with Python (needs python3)", () => {
  test("hello world is a success, a failing program is none", async () => {
    const tool = new PythonCodeExecutionTool(fixture.executor());
    expect(await tool.runJson({ code: "print('hello world!')" })).toEqual({ success: true, output: "hello world!\n" });
    expect(await tool.runJson({ code: "print(1 / 0)" })).toMatchObject({
      success: false,
      output: expect.stringContaining("ZeroDivisionError"),
    });
  });

  test("an agent calls it as any tool", async () => {
    const call = { id: "1", name: "CodeExecutor", arguments: JSON.stringify({ code: "print(6 * 7)" }) };
    const usage = { promptTokens: 0, completionTokens: 0 };
    const modelClient = new ReplayChatCompletionClient({
      chatCompletions: [
        { type: "CreateResult", finishReason: "function_calls", content: [call], usage, cached: false },
      ],
      modelInfo: {
        vision: false,
        functionCalling: true,
        jsonOutput: false,
        structuredOutput: false,
        family: "unknown",
      },
    });
    const agent = new AssistantAgent({
      name: "a",
      modelClient,
      tools: [new PythonCodeExecutionTool(fixture.executor())],
    });
    const { messages } = await agent.run("6 * 7?");
    expect(messages.at(-1)).toMatchObject({ type: "ToolCallSummaryMessage", content: "42\n" });
  });
});
