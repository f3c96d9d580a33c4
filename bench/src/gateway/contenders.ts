/** The gateways, each started in a process of its own in front of the same provider. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answerOf, startProcess } from "../lib/contest.ts";
import type { Target } from "./load.ts";

/** A gateway that runs. */
export interface Running {
  readonly target: Target;
  readonly child: ChildProcess;
}

/** A gateway that can be started; `undefined` where it is not installed. */
export interface GatewayContender {
  readonly name: string;
  /** The part of a row's requests that it is asked; a slow one would take the whole day. Default 1. */
  readonly share?: number;
  start(upstream: string): Promise<Running | undefined>;
}

const CHAT = "/v1/chat/completions";
const MASTER_KEY = "sk-0123456789abcdef0123456789abcdef";

/** Every gateway; the first is the floor. */
export const GATEWAYS: readonly GatewayContender[] = [
  { name: "node:http relay", start: (upstream) => ours("relay.ts", [upstream], CHAT) },
  { name: "nginx", start: startNginx },
  { name: "Tesserae", start: (upstream) => ours("tessera.ts", [upstream], "/v1/openai/chat/completions") },
  {
    name: "Tesserae, caches off",
    start: (upstream) => ours("tessera.ts", [upstream, "off"], "/v1/openai/chat/completions"),
  },
  { name: "Portkey", share: 0.25, start: startPortkey },
  { name: "LiteLLM", share: 0.03, start: startLiteLLM },
];

async function ours(file: string, args: readonly string[], path: string): Promise<Running> {
  const child = startProcess(new URL(file, import.meta.url), args);
  const { url, key } = await answerOf<{ url: string; key?: string }>(child);
  const headers: Record<string, string> = key === undefined ? {} : { "x-tessera-api-key": key };
  return { child, target: { url, path, headers } };
}

async function startNginx(upstream: string): Promise<Running | undefined> {
  const binary = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"].find((file) => existsSync(file));
  if (binary === undefined) return undefined;
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "tesserae-bench-nginx-"));
  const config = join(folder, "nginx.conf");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(" ");
  writeFileSync(
    config,
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 1024; }
http { access_log off; ${temporary} keepalive_requests 1000000; client_body_buffer_size 256k;
  upstream provider { server ${new URL(upstream).host}; keepalive 256; keepalive_requests 1000000; }
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://provider; proxy_http_version 1.1;
    proxy_set_header Connection ""; proxy_buffering off; proxy_request_buffering on; } } }`,
  );
  const child = spawn(binary, ["-c", config, "-p", folder], { stdio: "ignore" });
  return whenReady({ child, target: { url: `http://127.0.0.1:${port}`, path: CHAT, headers: {} } });
}

async function startPortkey(upstream: string): Promise<Running | undefined> {
  const server = resolved("@portkey-ai/gateway/build/start-server.js");
  if (server === undefined) return undefined;
  const port = await freePort();
  const child = spawn(process.execPath, [server, "--headless", `--port=${port}`], {
    stdio: "ignore",
    env: { ...process.env, NODE_ENV: "production", NODE_OPTIONS: "", TRUSTED_CUSTOM_HOSTS: "127.0.0.1,localhost" },
  });
  const headers = { "x-portkey-provider": "openai", "x-portkey-custom-host": `${upstream}/v1` };
  return whenReady({ child, target: { url: `http://127.0.0.1:${port}`, path: CHAT, headers } });
}

/** `LITELLM` names the program of an environment in which `litellm[proxy]` is installed. */
async function startLiteLLM(upstream: string): Promise<Running | undefined> {
  const program = process.env["LITELLM"];
  if (program === undefined || !existsSync(program)) return undefined;
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "tesserae-bench-litellm-"));
  const config = join(folder, "config.yaml");
  writeFileSync(
    config,
    `model_list:
  - model_name: gpt-4o-mini
    litellm_params: { model: openai/gpt-4o-mini, api_base: "${upstream}/v1", api_key: sk-bench }
litellm_settings: { num_retries: 0, telemetry: false }
`,
  );
  const args = ["--config", config, "--host", "127.0.0.1", "--port", String(port), "--num_workers", "1"];
  const child = spawn(program, args, {
    stdio: "ignore",
    env: { ...process.env, LITELLM_LOCAL_MODEL_COST_MAP: "True", LITELLM_MASTER_KEY: MASTER_KEY },
  });
  const headers = { authorization: `Bearer ${MASTER_KEY}` };
  return whenReady({ child, target: { url: `http://127.0.0.1:${port}`, path: CHAT, headers } });
}

function resolved(specifier: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(specifier);
  } catch {
    return undefined;
  }
}

async function whenReady(running: Running): Promise<Running> {
  const { url, path, headers } = running.target;
  const body = JSON.stringify({ model: "gpt-4o-mini", messages: [{ role: "user", content: "ready?" }] });
  const until = performance.now() + 120_000;
  let said = "nothing";
  while (performance.now() < until) {
    if (running.child.exitCode !== null) throw new Error(`${url} ended with code ${running.child.exitCode}.`);
    try {
      const sent = { "content-type": "application/json", authorization: "Bearer sk-bench", ...headers };
      const response = await fetch(`${url}${path}`, { method: "POST", headers: sent, body });
      said = `${response.status} ${(await response.text()).slice(0, 200)}`;
      if (response.status === 200) return running;
    } catch (error) {
      said = String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  running.child.kill("SIGKILL");
  throw new Error(`${url} did not get ready: ${said}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}
