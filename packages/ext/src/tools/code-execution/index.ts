export {
  PythonCodeExecutionTool,
  type CodeExecutionResult,
  type PythonCodeExecutionToolOptions,
} from "./python-code-execution-tool.ts";
