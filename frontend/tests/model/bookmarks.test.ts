import { describe, expect, it } from "vitest";
import { BOOKMARKS_MAX, parseShelf, RUNS_MAX, shelved, toggled, type Bookmark, type Shelf } from "../../src/model/bookmarks";

const mark = (event: number, branch = "main"): Bookmark => ({ branch, event, at: event * 10 });

describe("bookmarks", () => {
  it("are set and taken away, per branch", () => {
    const two = toggled(toggled([], mark(1)), mark(1, "main·fork-1"));
    expect(two).toHaveLength(2);
    expect(toggled(two, mark(1))).toEqual([mark(1, "main·fork-1")]);
  });

  it("are bounded: the oldest falls off", () => {
    let marks: Bookmark[] = [];
    for (let event = 0; event < BOOKMARKS_MAX + 5; event++) marks = toggled(marks, mark(event));
    expect([marks.length, marks[0]!.event]).toEqual([BOOKMARKS_MAX, 5]);
  });

  it("are kept for the runs that were marked last", () => {
    let shelf: Shelf = {};
    for (let run = 0; run < RUNS_MAX; run++) shelf = shelved(shelf, `run-${run}`, [mark(run)]);
    shelf = shelved(shelved(shelf, "run-0", [mark(0), mark(9)]), "new", [mark(3)]);
    expect(Object.keys(shelf)).toHaveLength(RUNS_MAX);
    expect([shelf["run-0"]?.length, shelf["run-1"], shelf.new]).toEqual([2, undefined, [mark(3)]]);
    expect(shelved(shelf, "new", [])).not.toHaveProperty("new");
  });

  it("survive what somebody else put into the storage", () => {
    expect(["", "{", "3", '{"a":1}', "null"].map(parseShelf)).toEqual([{}, {}, {}, {}, {}]);
    expect(parseShelf(JSON.stringify({ a: [mark(1)] }))).toEqual({ a: [mark(1)] });
  });
});
