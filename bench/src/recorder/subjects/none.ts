/** The SDK alone. */
import { client, sdkCases, type Case } from "../subject.ts";
import type { Subject } from "../../lib/subject.ts";

/** Nothing is recorded. */
export const subject: Subject<Case> = sdkCases(client());
