export { MagenticOneCoderAgent, type MagenticOneCoderAgentOptions } from "./magentic-one-coder-agent.ts";
