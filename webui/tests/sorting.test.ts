import assert from "node:assert/strict";
import { test } from "node:test";
import { compare, filtered, nextOrder, sorted, visibleRange } from "../src/ui/sorting";

test("clicks on a head: ascending, descending, the table's own order; another head begins anew", () => {
  const first = nextOrder(null, "name");
  assert.deepEqual(first, { column: "name", isDescending: false });
  const second = nextOrder(first, "name");
  assert.deepEqual(second, { column: "name", isDescending: true });
  assert.equal(nextOrder(second, "name"), null);
  assert.deepEqual(nextOrder(second, "rps"), { column: "rps", isDescending: false });
});

test("numbers are compared as numbers, texts as texts, nothing comes first", () => {
  assert.ok(compare(9, 10) < 0);
  assert.ok(compare("9", "10") > 0);
  assert.ok(compare(undefined, 0) < 0 && compare("", null) > 0);
  assert.equal(compare(null, undefined), 0);
});

test("sorting keeps the order of equals, both ways, and leaves the list as it was", () => {
  const list = [
    { id: "a", n: 2 },
    { id: "b", n: 1 },
    { id: "c", n: 2 },
  ];
  const ids = (isDescending: boolean) => sorted(list, (each) => each.n, isDescending).map(({ id }) => id);
  assert.deepEqual(ids(false), ["b", "a", "c"]);
  assert.deepEqual(ids(true), ["a", "c", "b"]);
  assert.deepEqual(
    list.map(({ id }) => id),
    ["a", "b", "c"],
  );
});

test("every word of a filter must occur, anywhere, in either case", () => {
  const list = ["GET /goods/1", "POST /goods/1", "GET /pay"];
  const found = (filter: string) => filtered(list, (each) => each, filter);
  assert.deepEqual(found("goods get"), ["GET /goods/1"]);
  assert.deepEqual(found("  "), list);
  assert.deepEqual(found("(.*"), []);
});

test("rows in sight have spare ones on both sides, and never leave the list", () => {
  assert.deepEqual(visibleRange(0, 340, 34, 1000), [0, 18]);
  assert.deepEqual(visibleRange(3400, 340, 34, 1000), [92, 118]);
  assert.deepEqual(visibleRange(33_660, 340, 34, 1000), [982, 1000]);
  assert.deepEqual(visibleRange(34_000, 340, 34, 3), [3, 3]);
});
