import type { OpenRunOptions } from "@tesserae/core";
import type { RunOptions } from "../base/run-options.ts";

/** The options of a run, with those who decide about its tool calls. A run that is part of another keeps to the outer one's. */
export interface GuardedRunOptions extends RunOptions, Pick<OpenRunOptions, "toolPolicy" | "approve"> {}
