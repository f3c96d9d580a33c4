const PATTERN = /^[A-Za-z0-9._:/-]{1,96}$/;

/** What a name may be, for messages. */
export const WORKLOAD_NAME_RULE = "1 to 96 letters, digits or characters of . _ : / -";

/** Whether a text can name a workload. */
export function isWorkloadName(text: string): boolean {
  return PATTERN.test(text);
}
