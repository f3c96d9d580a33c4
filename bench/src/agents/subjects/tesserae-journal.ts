/** Ours with every effect recorded, in a journal in memory. */
import { MemoryJournalStore, recordTo } from "@tesserae/core";
import type { Subject } from "../subject.ts";
import { tesseraeCases } from "./tesserae-cases.ts";

/** A journal for every run. */
export const subject: Subject = tesseraeCases(() => ({ journal: recordTo(new MemoryJournalStore()) }));
