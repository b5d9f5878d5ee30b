import assert from "node:assert/strict";
import { test } from "node:test";
import type { HistoryPoint } from "../src/data/model";
import { seriesOf } from "../src/tabs/series";
import { chartData, runMarks, secondsOf } from "../src/ui/charts";

const start = Date.parse("2026-09-21T14:00:00Z") / 1000;
function point(at: number, rps = 1, p50 = 20): HistoryPoint {
  const time = new Date((start + at) * 1000).toISOString();
  return {
    time,
    current_rps: [time, rps],
    current_fail_per_sec: [time, 0],
    user_count: [time, 1],
    "response_time_percentile_0.5": [time, p50],
  };
}
const p50 = "response_time_percentile_0.5";
const after = (times: number[]) => times.map((time) => Number((time - start).toFixed(3)));

test("two tests are one line with a gap between", () => {
  const { times, values } = chartData([[point(0, 1), point(5, 2)], [point(60, 3)]], ["current_rps"]);
  assert.deepEqual(after(times), [0, 5, 59.999, 60]);
  assert.deepEqual(values, [[1, 2, null, 3]]);
});

test("times only grow: a point that comes again or too late is left out", () => {
  const { times, values } = chartData(
    [[point(5, 1), point(5, 9), point(4, 9), point(6, 2)]],
    ["current_rps"],
  );
  assert.deepEqual([after(times), values], [[5, 6], [[1, 2]]]);
});

test("without requests there is no response time; 0 ms with requests is one", () => {
  const { values } = chartData([[point(0, 0, 0), point(1, 4, 0), point(2, 4, 9)]], [p50, "nothing"]);
  assert.deepEqual(values, [
    [null, 0, 9],
    [null, null, null],
  ]);
});

test("restarts are marked once there is more than one test", () => {
  assert.deepEqual(runMarks([], 1, [point(0)]), []);
  const marks = runMarks([{ number: 1, points: [point(0)] }], 2, [point(60)]);
  assert.deepEqual(
    marks.map(({ at, text }) => [at - start, text]),
    [
      [0, "Run #1"],
      [60, "Run #2"],
    ],
  );
  assert.equal(secondsOf(point(7)), start + 7);
});

test("a silence in the series of one name is a gap; thinned points that lie far apart are none", () => {
  const series = (...times: number[]) =>
    seriesOf(
      times.map((time) => ({ time, "0.5": 20, "1.0": 90 })),
      [0.5, 1],
    );
  assert.deepEqual(series(1, 2, 30, 31), {
    times: [1, 2, 3, 30, 31],
    values: [
      [20, 20, null, 20, 20],
      [90, 90, null, 90, 90],
    ],
  });
  assert.deepEqual(series(0, 60, 120, 180).times, [0, 60, 120, 180]);
  assert.deepEqual(series(), { times: [], values: [[], []] });
});
