import { signal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { args } from "../data/args";
import { history, live, pastRuns, recent, rows } from "../data/store";
import { runMarks } from "../ui/charts";
import { RunCharts, ZoomBar } from "../ui/RunCharts";
import { EntryCharts } from "./EntryCharts";

export interface Entry {
  method: string;
  name: string;
}
/** The request name whose own charts are shown. */
export const chosenEntry = signal<Entry | null>(null);

export function Charts() {
  const current = useMemo(() => [...history.value, ...recent.value], [history.value, recent.value]);
  const runs = useMemo(
    () => [...pastRuns.value.map(({ points }) => points), current],
    [pastRuns.value, current],
  );
  const marks = runMarks(pastRuns.value, live.run.value.number, current);
  return (
    <>
      <div class="toolbar">
        <EntryChooser />
        <ZoomBar runs={runs} />
      </div>
      {chosenEntry.value && <EntryCharts entry={chosenEntry.value} />}
      <RunCharts runs={runs} percentiles={args.percentiles_to_chart} marks={marks} />
    </>
  );
}

const keyOf = (entry: Entry) => JSON.stringify([entry.method, entry.name]);

function EntryChooser() {
  const chosen = chosenEntry.value;
  const names = [...rows.value].sort((a, b) => (a.name < b.name ? -1 : 1));
  return (
    <label class="inline">
      Also show
      <select
        value={chosen ? keyOf(chosen) : ""}
        onInput={(event) => {
          const [method, name] = JSON.parse(event.currentTarget.value || "[null]") as [string | null, string];
          chosenEntry.value = method === null ? null : { method, name };
        }}
      >
        <option value="">no single request</option>
        {names.map((row) => (
          <option key={keyOf(row)} value={keyOf(row)}>
            {row.method} {row.name}
          </option>
        ))}
      </select>
    </label>
  );
}
