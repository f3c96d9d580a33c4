/** The logger of how teams are led: who is selected to speak, and what the leading models say. */
export const TRACE_LOGGER_NAME = "autogen_agentchat";

/** The logger of what agents do and say, as JSON. */
export const EVENT_LOGGER_NAME = "autogen_agentchat.events";
