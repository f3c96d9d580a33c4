import { ROOT_CONTEXT, createContextKey } from "@opentelemetry/api";
import type { ChannelPlace } from "@tesserae/wire/channels";
import { describe, expect, test } from "vitest";
import { OpenScopes } from "./open-scopes.ts";

const NAME = createContextKey("name");

function place(path: string, runId: string | null = "r"): ChannelPlace {
  return { runId, path, agentPath: [], agent: null, turn: null, startedAt: 0 };
}

/** Opens a scope whose context bears a name. */
function open(scopes: OpenScopes, path: string, parent = ROOT_CONTEXT): ReturnType<OpenScopes["enter"]> {
  return scopes.enter(place(path), { name: path, kind: "x", context: parent.setValue(NAME, path) });
}

describe("the open scopes of runs", () => {
  test("give each payload the innermost scope around it, whatever the active context is", () => {
    const scopes = new OpenScopes();
    for (const path of ["/", "/team[0]/a[1]"]) open(scopes, path);
    const parents = ["/team[0]/a[1]/call[0]", "/team[0]/a[1]", "/team[0]/a[10]", "/team[0]", "/"].map((path) =>
      scopes.parentOf(place(path), ROOT_CONTEXT).getValue(NAME),
    );
    expect(parents).toEqual(["/team[0]/a[1]", "/team[0]/a[1]", "/", "/", "/"]);
  });

  test("leave the active context where it is inside of that scope: a span of the user's own may be in between", () => {
    const scopes = new OpenScopes();
    const inside = open(scopes, "/team[0]");
    const users = inside.setValue(NAME, "user's");
    expect(scopes.parentOf(place("/team[0]/a[0]"), users)).toBe(users);
    const turn = open(scopes, "/team[0]/a[0]", inside);
    expect(scopes.parentOf(place("/team[0]/a[0]"), users)).toBe(turn);
    expect(scopes.parentOf(place("/team[0]/b[0]"), turn)).toBe(inside);
  });

  test("know nothing of other runs, nor of what belongs to none", () => {
    const scopes = new OpenScopes();
    open(scopes, "/");
    expect(scopes.parentOf(place("/a[0]", "other"), ROOT_CONTEXT)).toBe(ROOT_CONTEXT);
    expect(scopes.parentOf(place("/", null), ROOT_CONTEXT)).toBe(ROOT_CONTEXT);
  });

  test("keep nothing of a scope that was left, with the tools that were shown in it", () => {
    const scopes = new OpenScopes();
    const inside = open(scopes, "/");
    scopes.showTools(place("/a[0]"), [{ name: "add", description: "Adds." }]);
    scopes.showTools(place("/a[0]"), []);
    expect(scopes.toolDescription(place("/a[0]"), "add")).toBe("Adds.");
    expect(scopes.toolDescription(place("/a[0]"), "other")).toBeUndefined();
    scopes.leave(place("/"), inside);
    expect(scopes.around(place("/a[0]"))).toBeUndefined();
    expect(scopes.toolDescription(place("/a[0]"), "add")).toBeUndefined();
  });
});
