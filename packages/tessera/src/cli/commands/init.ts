import { existsSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { GatewayError } from "../../config/gateway-error.ts";
import { FREE_TOKENS, type CommonOptions, withKeys, withStore } from "../common-options.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson, tell } from "../output.ts";

const TEMPLATE = `# The configuration of tessera. Everything has a default; what is not known is an error.
listen: { data: 127.0.0.1:8484 }
auth: { mode: required }
# openai and anthropic are there without being named. Others that speak OpenAI's protocol:
# upstreams:
#   - { id: openrouter, kind: openai-compatible, baseURL: https://openrouter.ai/api/v1, credentialEnv: OPENROUTER_API_KEY }
#   - { id: ollama, kind: openai-compatible, baseURL: http://localhost:11434/v1, allowPrivate: true }
defaults:
  mechanics: { m2: on, m4: on }
# caps:
#   limits: [{ scope: global, window: month, usd: 100 }]
# workloads:
#   triage: { caps: [{ window: day, usd: 5, mode: block }] }
`;

/** Writes a configuration into this folder, makes the database and, where there is no key yet, the first one. */
export async function initCommand(options: CommonOptions): Promise<number> {
  const file = resolve(options.config ?? "tessera.config.yaml");
  if (existsSync(file)) {
    throw new GatewayError(
      "ERR_INVALID_ARGUMENT",
      `${file} exists and stays as it is. Remove it, or name another by --config.`,
    );
  }
  writeFileSync(file, TEMPLATE, { mode: 0o600, flag: "wx" });
  const made = { ...options, config: file };
  const database = await withStore(made, ({ path }) => path);
  const keyFile = await withKeys(made, (keys) => {
    if (keys.countUsable() > 0) return undefined;
    const path = join(dirname(database), "first-key");
    // Never on the screen: what is printed ends in logs and histories.
    writeFileSync(path, `${keys.create({ label: "first", monthlyTokenQuota: FREE_TOKENS }).key}\n`, { mode: 0o600 });
    return path;
  });
  if (options.json === true) printJson({ config: file, database, keyFile: keyFile ?? null });
  else {
    tell(`Configuration: ${file}`);
    tell(`Database: ${database}`);
    if (keyFile !== undefined) tell(`The first key is in ${keyFile}, which only you can read.`);
    tell("Start the gateway: tessera serve");
  }
  return EXIT.ok;
}
