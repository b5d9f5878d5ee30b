import type { Worker } from "../data/model";
import { workers } from "../data/store";
import { DataTable, type Column } from "../ui/DataTable";
import { bytes, count, counted } from "../ui/format";

const columns: Column<Worker>[] = [
  { key: "id", title: "Worker", value: (worker) => worker.id, isHead: true },
  {
    key: "state",
    title: "State",
    value: stateOf,
    show: (worker) => (
      <span class={`pill small ${stateOf(worker)}`}>
        <i />
        {stateOf(worker)}
      </span>
    ),
    width: 130,
  },
  number("user_count", "Users", (worker) => worker.user_count, count, 90),
  number(
    "cpu",
    "CPU",
    (worker) => worker.cpu_usage,
    (value) => `${value.toFixed(1)} %`,
    90,
  ),
  number("memory", "Memory", (worker) => worker.memory_usage, bytes, 110),
  number(
    "lag",
    "Lag ms",
    (worker) => worker.lag_ms ?? null,
    (value) => value.toFixed(0),
    90,
  ),
  { key: "version", title: "Version", value: (worker) => worker.version ?? "–", width: 120 },
  { key: "address", title: "Address", value: (worker) => worker.address ?? "–", width: 150 },
];

function stateOf(worker: Worker): string {
  if (worker.is_stuck) return "stuck";
  return worker.is_busy ? "busy" : worker.state;
}

function number(
  key: string,
  title: string,
  value: (worker: Worker) => number | null,
  show: (value: number) => string,
  width: number,
): Column<Worker> {
  const text = (worker: Worker) => {
    const found = value(worker);
    return found === null ? "–" : show(found);
  };
  return { key, title, value, show: text, isNumber: true, width };
}

export function WorkersTab() {
  const list = workers.value;
  const alive = list.filter(({ state }) => state !== "missing");
  const users = alive.reduce((sum, worker) => sum + worker.user_count, 0);
  return (
    <>
      <p class="muted summary" role="status">
        {count(alive.length)} connected, {count(list.length - alive.length)} lost, {counted(users, "user")}
      </p>
      <DataTable
        label="Workers"
        columns={columns}
        rows={list}
        rowKey={(worker) => worker.id}
        orderedBy="id"
        empty="No worker is connected yet."
        rowClass={(worker) => (worker.state === "missing" ? "lost" : "")}
      />
    </>
  );
}
