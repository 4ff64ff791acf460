import { describe, expect, it } from "vitest";
import { ACTIONS, actionOfKey } from "../src/actions";
import { addressOf, placeOf } from "../src/boot";

const press = (key: string, more: Partial<KeyboardEvent> = {}): Parameters<typeof actionOfKey>[0] => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false, keyCode: 0, ...more });

describe("keys", () => {
  it.each([[" ", "pause"], [".", "pause"], ["ArrowRight", "step"], ["B", "bookmark"], ["3", "view-lifecycle"], ["?", "help"], ["F6", "region-next"], [":", "palette"]])("%j does %s", (key, id) => expect(actionOfKey(press(key), false)?.id).toBe(id));

  it("with Shift and Ctrl are others", () => {
    expect(actionOfKey(press("ArrowRight", { shiftKey: true }), false)?.id).toBe("step-ten");
    expect(actionOfKey(press("F6", { shiftKey: true }), false)?.id).toBe("region-back");
    expect(actionOfKey(press("k", { ctrlKey: true }), true)?.id).toBe("palette");
    expect(actionOfKey(press("k", { metaKey: true }), true)?.id).toBe("palette");
  });

  it("rest while somebody types, and while an input method composes", () => {
    expect(actionOfKey(press("s"), true)).toBeNull();
    expect(actionOfKey(press("Escape"), true)?.id).toBe("close");
    expect(actionOfKey(press("s", { isComposing: true }), false)).toBeNull();
    expect(actionOfKey(press("s", { keyCode: 229 }), false)).toBeNull();
    expect(actionOfKey(press("s", { altKey: true }), false)).toBeNull();
  });

  it("belong to one action each", () => {
    const keys = ACTIONS.flatMap((one) => one.keys);
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    expect(new Set(ACTIONS.map((one) => one.id)).size).toBe(ACTIONS.length);
  });
});

it("the address keeps view and selection", () => {
  const address = addressOf("/runs/abc/", { view: "network", selection: "pod/default/web-x" });
  expect(address).toBe("/runs/abc/?view=network&select=pod/default/web-x");
  expect(placeOf(address.slice(address.indexOf("?")), ["network"])).toEqual({ view: "network", selection: "pod/default/web-x", ignored: [] });
  expect(addressOf("/runs/abc/", { view: "architecture", selection: "" })).toBe("/runs/abc/");
});

it("what an address asks for in vain is listed, not obeyed", () => {
  const place = placeOf("?view=raft&speed=9&select=nothing&x=%3Cb%3E&select=node/node-1", ["network"]);
  expect(place).toEqual({ view: "", selection: "node/node-1", ignored: ["view=raft", "speed=9", "select=nothing", "x=<b>"] });
  expect(placeOf(`?${Array.from({ length: 99 }, (_, index) => `a${index}=${"b".repeat(999)}`).join("&")}`, []).ignored.every((one, _, all) => one.length <= 80 && all.length <= 12)).toBe(true);
});
