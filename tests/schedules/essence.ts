import type { BaseGroupChat } from "@tesserae/agentchat";
import type { JsonObject } from "@tesserae/core";
import type { Conversation } from "./conversations.ts";

/** How a conversation ended: why, and with which state of the team. */
export interface End {
  readonly stopReason: string | undefined;
  readonly state: string;
}

/** Runs a team to its end. */
export async function endOf(team: BaseGroupChat, conversation: Conversation, task?: string): Promise<End> {
  const { stopReason } = await team.run(task);
  return { stopReason, state: essence(await team.saveState(), conversation) };
}

/**
 * A state without ids and times, and without the count of rounds, which a run begins anew. Who spoke at once may have
 * been heard in any order.
 */
export function essence(state: JsonObject, { shape }: Conversation): string {
  const text = JSON.stringify(state, (key, value: unknown) =>
    ["id", "created_at", "full_message_id", "n_rounds"].includes(key) ? undefined : value,
  );
  if (shape !== "diamond" || !text.includes('"triggered_activation_groups"')) return text;
  return JSON.stringify(JSON.parse(text), (key, value: unknown) =>
    Array.isArray(value) && ["message_thread", "message_buffer", "messages"].includes(key)
      ? value.map((item) => JSON.stringify(item)).toSorted()
      : value,
  );
}
