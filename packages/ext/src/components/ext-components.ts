import type { LazyComponent } from "@tesserae/core";

/** The components of this package, for a registry. Each is loaded when the first component of its provider is read. */
export function extComponents(): readonly LazyComponent[] {
  return [
    {
      provider: "autogen_ext.models.openai.OpenAIChatCompletionClient",
      componentType: "model",
      aliases: ["openai_chat_completion_client", "OpenAIChatCompletionClient"],
      load: async () => (await import("../models/openai/index.ts")).OpenAIChatCompletionClient.component,
    },
    {
      provider: "autogen_ext.models.openai.AzureOpenAIChatCompletionClient",
      componentType: "model",
      aliases: ["azure_openai_chat_completion_client", "AzureOpenAIChatCompletionClient"],
      load: async () => (await import("../models/openai/index.ts")).AzureOpenAIChatCompletionClient.component,
    },
    {
      provider: "autogen_ext.models.anthropic.AnthropicChatCompletionClient",
      componentType: "model",
      aliases: ["AnthropicChatCompletionClient"],
      load: async () => (await import("../models/anthropic/index.ts")).AnthropicChatCompletionClient.component,
    },
    {
      provider: "autogen_ext.models.replay.ReplayChatCompletionClient",
      componentType: "replay_chat_completion_client",
      aliases: ["ReplayChatCompletionClient"],
      load: async () => (await import("../models/replay/index.ts")).ReplayChatCompletionClient.component,
    },
    {
      provider: "autogen_ext.models.cache.ChatCompletionCache",
      componentType: "chat_completion_cache",
      aliases: ["ChatCompletionCache"],
      load: async () => (await import("../models/cache/index.ts")).ChatCompletionCache.component,
    },
    {
      provider: "autogen_ext.cache_store.diskcache.DiskCacheStore",
      componentType: "cache_store",
      aliases: ["DiskCacheStore"],
      load: async () => (await import("../cache-store/diskcache/index.ts")).DiskCacheStore.component,
    },
    {
      provider: "tesserae.ext.models.fallback.FallbackChatCompletionClient",
      componentType: "model",
      aliases: ["FallbackChatCompletionClient"],
      load: async () => (await import("../models/fallback/index.ts")).FallbackChatCompletionClient.component,
    },
    {
      provider: "autogen_ext.code_executors.local.LocalCommandLineCodeExecutor",
      componentType: "code_executor",
      aliases: ["LocalCommandLineCodeExecutor"],
      load: async () => (await import("../code-executors/local/index.ts")).LocalCommandLineCodeExecutor.component,
    },
    {
      provider: "autogen_ext.agents.openai.OpenAIAgent",
      componentType: "agent",
      load: async () => (await import("../agents/openai/index.ts")).OpenAIAgent.component,
    },
    {
      provider: "autogen_ext.code_executors.docker.DockerCommandLineCodeExecutor",
      componentType: "code_executor",
      aliases: ["DockerCommandLineCodeExecutor"],
      load: async () => (await import("../code-executors/docker/index.ts")).DockerCommandLineCodeExecutor.component,
    },
    {
      provider: "autogen_ext.agents.file_surfer.FileSurfer",
      componentType: "agent",
      load: async () => (await import("../agents/file-surfer/index.ts")).FileSurfer.component,
    },
    {
      provider: "autogen_ext.agents.magentic_one.MagenticOneCoderAgent",
      componentType: "agent",
      load: async () => (await import("../agents/magentic-one/index.ts")).MagenticOneCoderAgent.component,
    },
    {
      provider: "autogen_ext.agents.web_surfer.MultimodalWebSurfer",
      componentType: "agent",
      load: async () => (await import("../agents/web-surfer/index.ts")).MultimodalWebSurfer.component,
    },
    {
      provider: "autogen_ext.tools.code_execution.PythonCodeExecutionTool",
      componentType: "tool",
      aliases: ["PythonCodeExecutionTool"],
      load: async () => (await import("../tools/code-execution/index.ts")).PythonCodeExecutionTool.component,
    },
    {
      provider: "autogen_ext.tools.mcp.McpWorkbench",
      componentType: "workbench",
      load: async () => (await import("../tools/mcp/index.ts")).McpWorkbench.component,
    },
    {
      provider: "autogen_ext.tools.mcp.StdioMcpToolAdapter",
      componentType: "tool",
      load: async () => (await import("../tools/mcp/index.ts")).StdioMcpToolAdapter.component,
    },
    {
      provider: "autogen_ext.tools.mcp.SseMcpToolAdapter",
      componentType: "tool",
      load: async () => (await import("../tools/mcp/index.ts")).SseMcpToolAdapter.component,
    },
    {
      provider: "autogen_ext.tools.mcp.StreamableHttpMcpToolAdapter",
      componentType: "tool",
      load: async () => (await import("../tools/mcp/index.ts")).StreamableHttpMcpToolAdapter.component,
    },
    {
      provider: "autogen_ext.tools.mcp.McpSessionActor",
      componentType: "mcp_session_actor",
      load: async () => (await import("../tools/mcp/index.ts")).McpSessionActor.component,
    },
    {
      provider: "autogen_ext.tools.mcp.McpSessionHost",
      componentType: "mcp_session_host",
      load: async () => (await import("../tools/mcp/index.ts")).McpSessionHost.component,
    },
    {
      provider: "autogen_ext.tools.mcp.ChatCompletionClientSampler",
      componentType: "mcp_sampler",
      load: async () => (await import("../tools/mcp/index.ts")).ChatCompletionClientSampler.component,
    },
    {
      provider: "autogen_ext.tools.mcp.StdioElicitor",
      componentType: "mcp_elicitor",
      load: async () => (await import("../tools/mcp/index.ts")).StdioElicitor.component,
    },
    {
      provider: "autogen_ext.tools.mcp.StaticRootsProvider",
      componentType: "mcp_roots_provider",
      load: async () => (await import("../tools/mcp/index.ts")).StaticRootsProvider.component,
    },
    {
      provider: "autogen_ext.memory.chromadb.ChromaDBVectorMemory",
      componentType: "memory",
      load: async () => (await import("../memory/chromadb/index.ts")).ChromaDBVectorMemory.component,
    },
    {
      provider: "autogen_ext.memory.redis.RedisMemory",
      componentType: "memory",
      aliases: ["autogen_ext.memory.redis_memory.RedisMemory"],
      load: async () => (await import("../memory/redis/index.ts")).RedisMemory.component,
    },
    {
      provider: "autogen_ext.memory.mem0.Mem0Memory",
      componentType: "memory",
      load: async () => (await import("../memory/mem0/index.ts")).Mem0Memory.component,
    },
    {
      provider: "autogen_ext.memory.canvas.TextCanvasMemory",
      componentType: "memory",
      load: async () => (await import("../memory/canvas/index.ts")).TextCanvasMemory.component,
    },
  ];
}
