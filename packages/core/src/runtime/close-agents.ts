import type { AgentCell } from "./agent-cell.ts";

/** Closes every agent, also when one fails. Throws the error, or all of them together. */
export async function closeAgents(cells: readonly AgentCell[], errors: unknown[] = []): Promise<void> {
  for (const cell of cells) {
    try {
      await cell.agent.close();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length === 0) return;
  throw errors.length === 1 ? errors[0] : new AggregateError(errors, `${errors.length} errors while closing agents.`);
}
