/** The logger of everything that is no event. */
export const ROOT_LOGGER_NAME = "autogen_core";

/** The logger of the structured events. */
export const EVENT_LOGGER_NAME = "autogen_core.events";

/** The logger of the developers' trace; its children are `<name>.<module>`. */
export const TRACE_LOGGER_NAME = "autogen_core.trace";
