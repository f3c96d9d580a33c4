/** The providers behind the hosts that may be recorded. A host that no row names is never recorded. */
const HOSTS: readonly (readonly [pattern: string, provider: string])[] = [
  ["api.openai.com", "openai"],
  ["*.openai.azure.com", "azure_openai"],
  ["*.services.ai.azure.com", "azure_openai"],
  ["api.anthropic.com", "anthropic"],
  ["generativelanguage.googleapis.com", "google"],
  ["*aiplatform*.googleapis.com", "vertex"],
  ["api.cohere.com", "cohere"],
  ["api.cohere.ai", "cohere"],
  ["api.mistral.ai", "mistral"],
  ["codestral.mistral.ai", "mistral"],
  ["bedrock-runtime.*.amazonaws.com", "bedrock"],
  ["api.groq.com", "groq"],
  ["api.together.xyz", "together"],
  ["api.deepseek.com", "deepseek"],
  ["api.x.ai", "xai"],
  ["api.perplexity.ai", "perplexity"],
  ["openrouter.ai", "openrouter"],
  ["api.fireworks.ai", "fireworks"],
  ["api.cerebras.ai", "cerebras"],
  ["ai-gateway.vercel.sh", "vercel"],
  ["127.0.0.1:11434", "ollama"],
  ["localhost:11434", "ollama"],
  ["[::1]:11434", "ollama"],
];

/** Variables that move a provider to another host. */
const BASE_URLS: readonly (readonly [variable: string, provider: string])[] = [
  ["OPENAI_BASE_URL", "openai"],
  ["ANTHROPIC_BASE_URL", "anthropic"],
  ["GOOGLE_GEMINI_BASE_URL", "google"],
  ["OLLAMA_HOST", "ollama"],
];

const REMEMBERED = 1000;

/** Which hosts are providers of models. Made once; a host is looked up by name, or by name and port. */
export class HostCatalogue {
  readonly #rows: readonly (readonly [pattern: RegExp, provider: string])[];
  readonly #known = new Map<string, string | undefined>();

  /**
   * @param more hosts of the user's own, with `*` for any characters; a port where it matters.
   * @param env where variables such as `OPENAI_BASE_URL` are looked up, once.
   */
  constructor(more: readonly string[], env: Readonly<Record<string, string | undefined>>) {
    const moved = BASE_URLS.flatMap(([variable, provider]): (readonly [string, string])[] => {
      const host = hostOf(env[variable]);
      return host === undefined ? [] : [[host, provider]];
    });
    const own = more.map((host): readonly [string, string] => [host.toLowerCase(), "custom"]);
    // The user's own come last: a base URL tells more about who answers.
    this.#rows = [...HOSTS, ...moved, ...own].map(([pattern, provider]) => [patternOf(pattern), provider]);
  }

  /** The provider behind a host such as `api.openai.com` or `localhost:11434`; `undefined` for every other host. */
  providerOf(host: string): string | undefined {
    if (this.#known.has(host)) return this.#known.get(host);
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    const name = host.toLowerCase();
    const bare = name.replace(/:\d+$/, "");
    const provider = this.#rows.find(([pattern]) => pattern.test(name) || pattern.test(bare))?.[1];
    this.#known.set(host, provider);
    return provider;
  }
}

function patternOf(host: string): RegExp {
  const escaped = host.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(/\*+/g, ".*")}$`);
}

/** The host of an address, which may lack its scheme; `undefined` where the variable is unset or no address. */
function hostOf(address: string | undefined): string | undefined {
  const text = address?.trim();
  if (text === undefined || text === "") return undefined;
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null) return undefined;
  return url.host === "0.0.0.0:11434" ? "127.0.0.1:11434" : url.host.toLowerCase();
}
