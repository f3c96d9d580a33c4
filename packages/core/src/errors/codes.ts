/**
 * Every stable error code of Tesserae, with what it means and what to do.
 *
 * The table is the single source: `TesseraeError` takes only these codes, and a gate keeps `docs/errors.md` equal to it.
 * A code never changes its meaning; a new situation gets a new code.
 */
export const ERROR_CODES = {
  ERR_INVALID_ARGUMENT:
    "An option or argument has a value that cannot be used. The message names it and what is allowed.",
  ERR_INVALID_STATE: "The call is not possible in the object's present state, for example starting twice.",
  ERR_NOT_IMPLEMENTED: "The class does not offer this operation.",
  ERR_NOT_FOUND: "Something was looked up by a name or id that nobody registered.",
  ERR_ABORTED: "The caller's signal aborted the operation.",
  ERR_EFFECT_NOT_JSON:
    "A value that is recorded or hashed is not JSON. The message gives the JSON pointer and what was found there.",
  ERR_SCHEMA_INVALID:
    "A JSON Schema is malformed, for example a pattern that does not compile. The message gives pointer and keyword.",
  ERR_SCHEMA_UNSUPPORTED:
    "A JSON Schema uses a keyword that the validator does not support and that would change the verdict.",
  ERR_SCHEMA_REFERENCE: "A `$ref` of a JSON Schema points at nothing inside the same document.",
  ERR_SCHEMA_FORMAT: "A JSON Schema uses a `format` that is not known here.",
  ERR_SCHEMA_NO_JSON:
    "A schema object does not say what its JSON Schema is. Use a library that offers it, or pass `jsonSchema`, which `zod3ToJsonSchema` and `valibotToJsonSchema` make.",
  ERR_TOOL_ARGUMENTS: "The arguments of a tool call do not fit the tool's parameters. The message lists every place.",
  ERR_TOOL_FAILED:
    "A tool agent's tool threw, or its arguments do not fit its parameters. The message is for the model.",
  ERR_TOOL_REFUSED:
    "A tool agent's call was not made: a policy or a person denied it, or a limit of the run stopped it. The message is for the model.",
  ERR_PACKAGE_MISSING:
    "A package that this part of Tesserae is built on is not installed. The message names it and the command that installs it.",
  ERR_MCP_CONNECTION:
    "A server of the Model Context Protocol did not start, was not reached, or is gone. The message holds the end of what it wrote to standard error.",
  ERR_MCP_REQUEST:
    "A server of the Model Context Protocol answered with an error, not in time, or with what cannot be read.",
  ERR_MEMORY_STORE:
    "The store of a memory (Chroma, Redis, Mem0) was not reached, or refused what was asked of it. The message holds its words.",
  ERR_BROWSER_START:
    "There is no browser, or it did not start. The message says how to install one, and how to name the one that is there.",
  ERR_COMPONENT_INVALID: "A component's JSON cannot be used. The message lists every problem with its JSON pointer.",
  ERR_COMPONENT_NOT_SERIALIZABLE:
    "An object cannot be written as component JSON, because its class has no definition or holds a function.",
  ERR_COMPONENT_UNRESOLVED:
    "A component's JSON names a function that JSON cannot hold; give it with `resolve` when loading.",
  ERR_STREAM_EVENT_TOO_LARGE:
    "One event of a provider's stream is larger than the cap. Raise the cap if the server is trusted.",
  ERR_COST_RANGE:
    "A cost in pico-dollars is no whole number from 0 to 2^53 - 1 (about 9,007 dollars). Add such amounts up as bigint.",
  ERR_STORE_LOCKED:
    "The gateway's database is open for writing elsewhere. Use the gateway that runs (`tessera serve`), or end it.",
  ERR_STORE_UNREADABLE:
    "The gateway's database is missing, damaged, or a file of another program. The message names the path.",
  ERR_STORE_VERSION: "The gateway's database was made by a newer release, or its tables were changed. Update.",
  ERR_HTTP_CONNECTION:
    "No connection, or it broke before the first byte of a response. Check address, network, proxy and certificates.",
  ERR_HTTP_TIMEOUT:
    "The server was not reached or did not answer in time. The message names the limit that was passed.",
  ERR_HTTP_CUT: "The connection broke in the middle of a response. What came before it was handed over.",
  ERR_HTTP_TOO_LARGE: "A response body is larger than `maxBodyBytes` allows.",
  ERR_HTTP_MALFORMED:
    "A response is no HTTP, or its compressed body cannot be read. Check that the address is that of the right server.",
  ERR_UNSUPPORTED_INPUT:
    "A client cannot send a part, a tool, a mark or an option of the call to its provider. Nothing was sent; the message names it and what to do.",
  ERR_MODEL_AUTHENTICATION:
    "The provider got no key or a wrong one. The message names the option and the environment variable.",
  ERR_MODEL_PERMISSION: "The key is valid but may not do this.",
  ERR_MODEL_NOT_FOUND: "The provider does not know the model or the address.",
  ERR_MODEL_INVALID_REQUEST: "The provider does not accept the request. The message holds its words.",
  ERR_MODEL_CONTEXT_LENGTH:
    "The prompt is longer than the model takes. Shorten the messages or limit the model context.",
  ERR_MODEL_REQUEST_TOO_LARGE: "The request has more bytes than the provider takes, for example because of images.",
  ERR_MODEL_CONTENT_FILTER: "The provider refused the request for its content.",
  ERR_MODEL_RATE_LIMIT: "Too many requests or tokens a minute, after all retries. Slow down or raise `maxRetries`.",
  ERR_MODEL_QUOTA: "No money or no daily quota is left at the provider. Retries do not help.",
  ERR_MODEL_OVERLOADED: "The provider has more to do than it can, after all retries.",
  ERR_MODEL_CONFLICT: "The provider asked to try again (409), after all retries.",
  ERR_MODEL_SERVER: "The provider failed (5xx), after all retries.",
  ERR_MODEL_TIMEOUT: "The provider did not answer in time, after all retries.",
  ERR_MODEL_CONNECTION: "The provider cannot be reached, after all retries. Check base URL, network and proxy.",
  ERR_MODEL_STREAM_CUT:
    "An answer broke off before its end. A streamed one is not asked for again, as a part of it was handed over.",
  ERR_MODEL_MALFORMED_ANSWER:
    "The provider's answer is not what its protocol says. Check that the base URL speaks the client's protocol.",
  ERR_MODEL_FAILED: "A model call failed in a way that fits no other code. The message holds the provider's words.",
  ERR_CANT_HANDLE: "An agent, a closure or a subscription cannot do anything with this type of message or topic.",
  ERR_UNDELIVERABLE:
    "A message cannot reach its recipient, or its answer cannot come back: the agent type is unknown or the runtime was stopped.",
  ERR_MESSAGE_DROPPED: "An intervention handler dropped the message or the answer to it.",
  ERR_MESSAGE_TIMEOUT: "A message got no answer within its `timeoutMs`.",
  ERR_NOT_ACCESSIBLE: "The agent lives in another process and cannot be handed out as an object.",
  ERR_REMOTE:
    "An agent of another worker failed. The message is what its error says; look into the log of that worker.",
  ERR_QUEUE_SHUT_DOWN:
    "The runtime takes no messages, because an unhandled exception has shut its queue. Stop it, then start it again.",
  ERR_MESSAGE_INVALID:
    "The fields of a message do not fit its schema, or its bytes cannot be read. The message lists every problem.",
  ERR_CONDITION_TERMINATED: "A termination condition was asked after it had fired. Reset it first.",
  ERR_TEAM_RUNNING:
    "A team or an agent was asked to run, reset or load a state while it is running. Wait for its run, or make another one.",
  ERR_THREAD_CONFLICT:
    "A conversation was changed elsewhere while a run of it went on. Send the message again: it goes on from what is kept.",
  ERR_TEAM_FAILED: "A participant, a selector or a condition of a team threw an error, which is the cause.",
  ERR_MESSAGE_UNKNOWN: "A message has a type that the team does not know. Name its definition in customMessageTypes.",
  ERR_MODEL_ANSWER: "A model answered in a form that was not asked for, such as text that is not JSON.",
  ERR_JOURNAL_DIVERGED:
    "A run asks for something else than its journal holds. The error names the address, the turn and the difference. Fork the run, or accept the recorded answer.",
  ERR_JOURNAL_CORRUPT:
    "A journal has a damaged or impossible entry with good ones after it. The message names line and offset. Fork from the good part with `salvage`.",
  ERR_JOURNAL_WRITE:
    "A journal could not be written (disk full, folder removed). The run ends before the result is used; resume it when the cause is gone.",
  ERR_JOURNAL_LOCKED:
    "Another process, or another run in this one, writes this journal. Wait for it to end; a lock of another machine is broken only with `force`.",
  ERR_JOURNAL_VERSION: "A journal was written by a newer version of the format. Update Tesserae.",
  ERR_JOURNAL_REMOTE: "A run whose agents live in other processes cannot be resumed. Start it again, or fork it.",
  ERR_JOURNAL_ENDED:
    "A replayed run was interrupted when it was recorded, and the replay came to that point. Everything before it is equal.",
  ERR_EFFECT_FAILED:
    "An effect failed with an error that is not Tesserae's. The error bears the original name; its cause has the details.",
  ERR_EFFECT_IN_DOUBT:
    "An effect had begun when the program was interrupted; its outcome is unknown and it may not be repeated. Find out what happened.",
  ERR_RESOURCE_GONE:
    "A resumed run could not open a resource again that it held, such as an executor's folder. The message names it.",
  ERR_INPUT_WAITING:
    "A run needs a person's answer and nobody is there. Give it with `answer` and resume the run, or give it in the saved state with `answerInput` and run again.",
  ERR_INPUT_ANSWERED: "An input takes no answer any more: it was answered, or its run was aborted or has ended.",
  ERR_MIDDLEWARE: "A middleware threw, or gave no answer. Its own error is the cause.",
  ERR_APPROVAL:
    "The function `approve` of a run threw, or gave what decides nothing. The call was not made. Its own error is the cause.",
  ERR_LIMIT_COST: "A model call could pass the run's `maxCost`, or the model has no known price. Nothing was sent.",
  ERR_LIMIT_MODEL_CALLS: "The run made as many model calls as `maxModelCalls` allows. Nothing was sent.",
  ERR_LIMIT_TOOL_CALLS: "The run made as many tool calls as `maxToolCalls` allows. Nothing was called.",
  ERR_LIMIT_TOKENS: "A model call could pass the run's `maxTokens`. Nothing was sent.",
  ERR_LIMIT_TURNS: "The agents of the run took as many turns as `maxTurns` allows. Nobody was asked.",
  ERR_LIMIT_DURATION: "The run took longer than `maxDurationMs` and was aborted.",
} as const;

/** A stable error code; see {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;
