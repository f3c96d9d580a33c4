/** LangChain.js tools for agents. */
export { LangChainToolAdapter, type LangChainTool, type LangChainToolOptions } from "./langchain-tool-adapter.ts";
