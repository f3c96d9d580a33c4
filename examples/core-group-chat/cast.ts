/** Who is in the chat, and what the models of the example say. */
import type { ReplayChatCompletionClient } from "@tesserae/ext/models/replay";
import { scriptedModel } from "../support/scripted-model.ts";

/** What a member is told to do, and what it says then. */
export interface Part {
  readonly task: string;
  readonly lines: readonly string[];
}

export const CAST: Readonly<Record<string, Part>> = {
  writer: {
    task: "Write a story of one sentence.",
    lines: ["The lizard waited for the rain.", "The lizard of tiles waited for the rain."],
  },
  painter: { task: "Say what the picture shows.", lines: ["A blue lizard, 12 tiles wide."] },
  editor: { task: "Criticise, or answer APPROVE.", lines: ["Say what it is made of.", "APPROVE"] },
};

/** The model of the manager. */
export function chooser(): ReplayChatCompletionClient {
  return scriptedModel("writer", "editor", "writer", "painter", "editor");
}
