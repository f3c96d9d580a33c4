/** Ours, as it is used without a journal. */
import type { Subject } from "../subject.ts";
import { tesseraeCases } from "./tesserae-cases.ts";

/** No journal, no subscriber. */
export const subject: Subject = tesseraeCases(() => ({}));
