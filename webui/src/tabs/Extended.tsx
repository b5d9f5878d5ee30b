// Tables of the locustfile's own: their rows come with /stats/requests.
import { args } from "../data/args";
import type { ExtendedStats } from "../data/model";
import { DataTable, type Column } from "../ui/DataTable";
import type { Cell } from "../ui/sorting";
import { usePolled } from "./polled";

type Line = Record<string, unknown>;

export function Extended({ tableKey }: { tableKey: string }) {
  const { data, error } = usePolled<{ extended_stats?: ExtendedStats[] }>("/stats/requests", 2000);
  const tables = (args.extended_tables ?? []).filter(({ key }) => key === tableKey);
  if (!tables.length)
    return <p class="nothing">The locustfile has a tab “{tableKey}”, but no table for it.</p>;
  const rows = data?.extended_stats?.find(({ key }) => key === tableKey)?.data ?? [];
  return (
    <>
      {tables.map(({ structure }) => (
        <DataTable
          key={tableKey}
          label={titleOf(tableKey)}
          columns={structure.map(columnOf)}
          rows={rows}
          rowKey={(row) => JSON.stringify(row)}
          orderedBy={structure[0]?.key ?? ""}
          empty={error ?? "No data yet."}
        />
      ))}
    </>
  );
}

const titleOf = (key: string) => args.extended_tabs?.find((tab) => tab.key === key)?.title ?? key;

function columnOf({ key, title, round }: { key: string; title: string; round?: number }): Column<Line> {
  return { key, title, value: (row) => cellOf(row[key], round) };
}

function cellOf(value: unknown, round: number | undefined): Cell {
  if (typeof value === "number") return round === undefined ? value : Number(value.toFixed(round));
  return typeof value === "string" || value === null || value === undefined ? value : JSON.stringify(value);
}
