import assert from "node:assert/strict";
import { test } from "node:test";
import { levelsOf } from "../src/tabs/levels";

test("a line has the level that it says; lines without one belong to the one before", () => {
  const lines = [
    "Type  Name",
    "[2026-09-01 10:00:00,123] box/ERROR/locust.user: on_start",
    "Traceback (most recent call last):",
    '  File "/ERROR/x.py", line 1',
    "[2026-09-01 10:00:01,000] box/INFO/root: /WARNING/ in a text",
  ];
  assert.deepEqual(levelsOf(lines), ["INFO", "ERROR", "ERROR", "ERROR", "INFO"]);
});
