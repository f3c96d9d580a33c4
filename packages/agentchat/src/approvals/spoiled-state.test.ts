import type { JsonObject } from "@tesserae/core";
import { expect, test } from "vitest";
import { answerInput, pendingInputs } from "./pending-inputs.ts";

test.each([[null], [[0, null]], [[0, { request_id: 5, agent: "a", prompt: "?" }]], [["0", { request_id: "r" }]]])(
  "a question that was spoiled outside is told as one: %j",
  (entry) => {
    const state = { type: "AssistantAgentState", open_turn: { pending_inputs: [entry] } } as JsonObject;
    for (const read of [() => pendingInputs(state), () => answerInput(state, "r", "yes")]) {
      expect(read).toThrow(expect.objectContaining({ code: "ERR_INVALID_ARGUMENT" }));
    }
  },
);
