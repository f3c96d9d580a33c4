import { isObject, RuntimeError } from "@tesserae/core";
import { EngineError, type DockerEngine } from "./engine-client.ts";

/** The image's name with a tag: without one the engine would pull every tag there is. */
function withTag(image: string): string {
  return image.includes("@") || image.slice(image.lastIndexOf("/") + 1).includes(":") ? image : `${image}:latest`;
}

/** What the lines of progress say went wrong, if anything. */
function faultIn(progress: string): string | undefined {
  for (const line of progress.split("\n")) {
    if (!line.includes('"error"')) continue;
    const report: unknown = JSON.parse(line);
    if (isObject(report) && typeof report["error"] === "string") return report["error"];
  }
  return undefined;
}

/**
 * Pulls the image if the engine does not have it.
 *
 * @throws {RuntimeError} when there is no such image, or no registry can be reached.
 */
export async function pullImage(engine: DockerEngine, image: string): Promise<void> {
  try {
    await engine.call("GET", `/images/${encodeURI(image)}/json`);
    return;
  } catch (error) {
    if (!(error instanceof EngineError) || error.status !== 404) throw error;
  }
  let fault: string | undefined;
  try {
    const response = await engine.stream("POST", "/images/create", { query: { fromImage: withTag(image) } });
    let progress = "";
    for await (const chunk of response) progress += String(chunk);
    fault = faultIn(progress);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    fault = error.message;
  }
  if (fault === undefined) return;
  throw new RuntimeError(
    `The image ${image} is not there and cannot be pulled: ${fault}. Pull it by hand, or take another image.`,
  );
}
