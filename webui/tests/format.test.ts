import assert from "node:assert/strict";
import { test } from "node:test";
import * as format from "../src/ui/format";

function table<T>(show: (value: T) => string, cases: [T, string][]): void {
  for (const [value, text] of cases) assert.equal(show(value), text, String(value));
}

test("milliseconds have decimals only where they say something", () => {
  table(format.ms, [
    [null, "–"],
    [undefined, "–"],
    [0, "0"],
    [0.456, "0.46"],
    [7, "7"],
    [12.34, "12.3"],
    [123.4, "123"],
    [123_456, "123,456"],
  ]);
  table(format.wholeMs, [
    [0, "< 1"],
    [null, "–"],
    [3, "3"],
  ]);
});

test("rates have fewer decimals the bigger they are", () => {
  table(format.rate, [
    [0, "0.00"],
    [9.876, "9.88"],
    [123.45, "123.5"],
    [98_765.4, "98,765"],
  ]);
});

test("a share of all is never rounded to none or to all", () => {
  table(format.percent, [
    [0, "0 %"],
    [0.00001, "< 0.01 %"],
    [0.0123, "1.23 %"],
    [0.5, "50.0 %"],
    [0.999, "99.9 %"],
    [0.99996, "> 99.9 %"],
    [1, "100 %"],
  ]);
});

test("bytes, percentiles and clocks", () => {
  table(format.bytes, [
    [0, "0 B"],
    [1023, "1,023 B"],
    [1536, "1.50 KB"],
    [71_303_168, "68.00 MB"],
    [2 ** 60, "1,048,576.00 TB"],
  ]);
  table(format.percentileTitle, [
    [0.57, "p57"],
    [0.999, "p99.9"],
    ["1.0", "p100"],
  ]);
  table(format.clock, [
    [-5, "0:00"],
    [65.9, "1:05"],
    [7389, "2:03:09"],
  ]);
});

test("a moment that never was is a dash; names become titles", () => {
  assert.equal(format.moment(null), "–");
  assert.match(format.moment(1_790_000_000.9), /^2026-09-2[12] \d\d:13:20$/);
  assert.equal(format.titleOf("my_arg2"), "My arg2");
});
