const SPACE = /[ \t\n\r]*/y;
const SCALAR =
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const KEY = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/**
 * Where a text stops being JSON, as an index into it; its length when it breaks off. `JSON.parse` does not always say
 * it. Nothing is recursive, so that no depth of nesting can be too much.
 */
export function jsonFaultPosition(text: string): number {
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at = pattern.lastIndex;
    return found !== null;
  };
  const skip = (character: string): boolean => {
    take(SPACE);
    if (text[at] !== character) return false;
    at += 1;
    take(SPACE);
    return true;
  };
  const key = (): boolean => take(KEY) && skip(":");
  /** The closing brackets that are owed. */
  const open: ("}" | "]")[] = [];
  take(SPACE);
  for (;;) {
    // A value begins here.
    if (skip("{")) {
      if (!skip("}")) {
        if (!key()) return at;
        open.push("}");
        continue;
      }
    } else if (skip("[")) {
      if (!skip("]")) {
        open.push("]");
        continue;
      }
    } else if (!take(SCALAR)) return at;
    // A value has ended: what is around it ends too, or goes on after a comma.
    for (let owed = open.at(-1); owed !== undefined && skip(owed); owed = open.at(-1)) open.pop();
    take(SPACE);
    if (open.length === 0 || !skip(",") || (open.at(-1) === "}" && !key())) return at;
  }
}
