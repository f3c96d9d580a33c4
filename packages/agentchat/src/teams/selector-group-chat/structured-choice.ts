import { isObject, type OutputSchema } from "@tesserae/core";

/** The form of an answer that can name nobody but the candidates. */
export function choiceForm(candidates: readonly string[]): OutputSchema {
  const speaker = { type: "string", enum: candidates };
  const schema = { type: "object", properties: { speaker }, required: ["speaker"], additionalProperties: false };
  return { name: "NextSpeaker", schema, strict: true };
}

/** The name in an answer of that form; `undefined` for another answer. */
export function chosenIn(answer: string): string | undefined {
  try {
    const choice: unknown = JSON.parse(answer);
    const speaker = isObject(choice) ? choice["speaker"] : undefined;
    return typeof speaker === "string" ? speaker : undefined;
  } catch {
    return undefined;
  }
}
