/**
 * A rule for names: `=` equals, `^` begins with, `$` ends with, `~` contains (upper and lower case are the same),
 * `/` a regular expression; a list is met when one of its rules is, or each of them if it begins with `&`.
 */
export type Match = string | readonly Match[];

/** Whether a name meets a rule. */
export function matches(rule: Match, name: string): boolean {
  if (typeof rule !== "string") {
    return rule[0] === "&"
      ? rule.slice(1).every((part) => matches(part, name))
      : rule.some((part) => matches(part, name));
  }
  const value = rule.slice(1);
  if (rule[0] === "/") return new RegExp(value).test(name);
  const wanted = value.toLowerCase();
  const given = name.toLowerCase();
  if (rule[0] === "=") return given === wanted;
  if (rule[0] === "^") return given.startsWith(wanted);
  if (rule[0] === "$") return given.endsWith(wanted);
  return rule[0] === "~" && given.includes(wanted);
}
