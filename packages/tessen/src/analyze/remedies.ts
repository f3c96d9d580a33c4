import type { Tag } from "../tags/tag.ts";

/** What to do about a tag, in a line; `undefined` for tags that are not known here. */
export function remedyOf(tag: string): string | undefined {
  return Object.entries(REMEDIES).find(([name]) => name === tag)?.[1];
}

const REMEDIES: Readonly<Record<Tag, string>> = {
  rate_limited: "Retry with back-off as retry-after says, or ask fewer at once.",
  overloaded: "Retry later with back-off, or have another model ready.",
  auth_error: "Check the key: it is missing, wrong or revoked.",
  permission_denied: "Check what the key may do, and its region and organisation.",
  not_found: "Check the name of the model and the address.",
  conflict: "Retry: another request had changed the same thing.",
  unprocessable: "Check the request's members against the provider's reference.",
  invalid_request: "Read the error: a member of the request is wrong, or the prompt is too long.",
  connection_error: "Check the network, the proxy and the address; set a timeout and retry.",
  server_error: "Retry with back-off; the provider failed.",
  client_error: "Read the error's body: the request was refused.",
  empty_content_on_end_turn: "Do not index into an empty answer; ask once more, with a hint.",
  empty_content_on_stop: "Do not index into an empty answer; ask once more, with a hint.",
  truncated_response: "Raise the limit of output tokens, or go on from where the answer was cut.",
  thinking_only_no_output: "Give output more tokens than the thinking may use.",
  refusal: "Handle refusals apart from answers.",
  invalid_tool_use_json: "Check arguments before use, and give the error back to the model.",
  invalid_tool_call_json: "Check arguments before use, and give the error back to the model.",
  cache_control_set_but_no_cache_activity:
    "Move what changes behind the mark, or drop the mark: the prefix is too short or new each time.",
};
