/** What stands before the work of the inner team. */
export const DEFAULT_INSTRUCTION =
  "You were given a request. Colleagues of yours have worked on it; what follows is what they said to one another.";

/** What stands after it. */
export const DEFAULT_RESPONSE_PROMPT =
  "Answer the request now, from what was said above. Write the answer as one that stands alone: whoever asked has not seen the conversation and need not learn of it.";
