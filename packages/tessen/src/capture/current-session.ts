import type { Session } from "./session.ts";

/** What a hook asks for whoever records now; `undefined` while nobody does. */
export type CurrentSession = () => Session | undefined;
