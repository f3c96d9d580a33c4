import { canonicalJson, type Journal, type Json, type RecordedRun } from "@tesserae/core";
import { withoutMaskedSecrets } from "../loading/component-json.ts";

/**
 * The journal of a resume, for which a definition that differs in its secrets only is the recorded one: a key may stand
 * in the file in one process and come from the environment in the other.
 */
export function withRecordedDefinition(journal: Journal, { definition: recorded }: RecordedRun): Journal {
  return {
    mode: journal.mode,
    get runId() {
      return journal.runId;
    },
    open: (options) => {
      const { definition = null } = options;
      return journal.open(
        secretless(definition) === secretless(recorded) ? { ...options, definition: recorded } : options,
      );
    },
  };
}

function secretless(definition: Json): string {
  return canonicalJson(withoutMaskedSecrets(definition), { loneSurrogates: "escape" });
}
