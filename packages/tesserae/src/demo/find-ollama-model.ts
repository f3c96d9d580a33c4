import { isObject } from "@tesserae/core";

/** Where nobody listens the refusal is immediate; a busy machine may take a moment to answer. */
const PATIENCE_MS = 1500;

/** The name of a model of a running Ollama that can call tools; `undefined` when there is none, or none in time. */
export async function findOllamaModel(
  address: string = ollamaAddress(),
  patienceMs: number = PATIENCE_MS,
): Promise<string | undefined> {
  const tags = await ask(`${address}/api/tags`, patienceMs);
  const models: readonly unknown[] = isObject(tags) && Array.isArray(tags["models"]) ? tags["models"] : [];
  for (const model of models) {
    const name = isObject(model) ? model["name"] : undefined;
    if (typeof name !== "string") continue;
    const details = await ask(`${address}/api/show`, patienceMs, { model: name });
    const capabilities: unknown = isObject(details) ? details["capabilities"] : undefined;
    if (Array.isArray(capabilities) && capabilities.includes("tools")) return name;
  }
  return undefined;
}

async function ask(url: string, patienceMs: number, body?: object): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const init = body === undefined ? { signal } : { signal, method: "POST", body: JSON.stringify(body) };
    const response = await fetch(url, init);
    return response.ok ? await response.json() : undefined;
  } catch {
    // Whatever is wrong there, no model can be had.
    return undefined;
  }
}

/** `OLLAMA_HOST` may lack the scheme, and is often the address to listen on. */
function ollamaAddress(): string {
  const given = process.env["OLLAMA_HOST"] ?? "";
  if (given === "") return "http://127.0.0.1:11434";
  const url = given.includes("://") ? given : `http://${given}`;
  return url.replace("//0.0.0.0", "//127.0.0.1").replace(/\/+$/, "");
}
