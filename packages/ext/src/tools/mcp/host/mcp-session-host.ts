import type { ComponentDefinition, DumpContext, JsonObject, LoadContext } from "@tesserae/core";
import type {
  McpElicitRequest,
  McpElicitResult,
  McpRoot,
  McpSamplingRequest,
  McpSamplingResult,
} from "../mcp-types.ts";
import type { McpCallbacks } from "../session/callbacks.ts";

/** Asks a model for a server (component type `mcp_sampler`). */
export interface McpSampler {
  sample(request: McpSamplingRequest, options: { readonly signal: AbortSignal }): Promise<McpSamplingResult>;
}

/** Asks a person for a server (component type `mcp_elicitor`). */
export interface McpElicitor {
  elicit(request: McpElicitRequest, options: { readonly signal: AbortSignal }): Promise<McpElicitResult>;
}

/** Says where a server may work (component type `mcp_roots_provider`). */
export interface McpRootsProvider {
  listRoots(options: { readonly signal: AbortSignal }): Promise<readonly McpRoot[]>;
}

/** What makes a {@link McpSessionHost}. What is not given is refused, with JSON-RPC's code for an invalid request. */
export interface McpSessionHostOptions {
  readonly sampler?: McpSampler | undefined;
  readonly elicitor?: McpElicitor | undefined;
  readonly roots?: McpRootsProvider | undefined;
}

type McpSessionHostConfig = {
  readonly sampler?: JsonObject;
  readonly elicitor?: JsonObject;
  readonly roots?: JsonObject;
};

/**
 * Answers a server that asks its client: for a model's word, for a person's, and where it may work. Each may cost money,
 * time, or privacy: give a server only what it needs.
 */
export class McpSessionHost {
  static readonly component: ComponentDefinition<McpSessionHost> = {
    provider: "autogen_ext.tools.mcp.McpSessionHost",
    componentType: "mcp_session_host",
    label: "McpSessionHost",
    description: "Answers a server of the Model Context Protocol that asks its client.",
    schema: {
      type: "object",
      properties: {
        sampler: { "x-component": ["mcp_sampler"] },
        elicitor: { "x-component": ["mcp_elicitor"] },
        roots: { "x-component": ["mcp_roots_provider"] },
      },
    },
    toConfig: ({ sampler, elicitor, roots }, dump: DumpContext) => ({
      ...(sampler === undefined ? {} : { sampler: dump.component(sampler) }),
      ...(elicitor === undefined ? {} : { elicitor: dump.component(elicitor) }),
      ...(roots === undefined ? {} : { roots: dump.component(roots) }),
    }),
    fromConfig: async ({ sampler, elicitor, roots }: McpSessionHostConfig, load: LoadContext) =>
      new McpSessionHost({
        sampler: sampler && (await load.component<McpSampler>(sampler, "/sampler")),
        elicitor: elicitor && (await load.component<McpElicitor>(elicitor, "/elicitor")),
        roots: roots && (await load.component<McpRootsProvider>(roots, "/roots")),
      }),
  };

  readonly sampler: McpSampler | undefined;
  readonly elicitor: McpElicitor | undefined;
  readonly roots: McpRootsProvider | undefined;

  constructor(options: McpSessionHostOptions = {}) {
    this.sampler = options.sampler;
    this.elicitor = options.elicitor;
    this.roots = options.roots;
  }

  /** The same as the callbacks of a session. */
  callbacks(): McpCallbacks {
    const { sampler, elicitor, roots } = this;
    return {
      samplingCallback: sampler && ((request, options) => sampler.sample(request, options)),
      elicitationCallback: elicitor && ((request, options) => elicitor.elicit(request, options)),
      listRootsCallback: roots && ((options) => roots.listRoots(options)),
    };
  }
}
