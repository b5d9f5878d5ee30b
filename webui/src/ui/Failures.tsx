// The table of failures, on the page and in the report.
import { useState } from "preact/hooks";
import type { Failure } from "../data/model";
import { DataTable, type Column } from "./DataTable";
import { CopyButton } from "./CopyButton";
import { Dialog } from "./Dialog";
import { count, moment } from "./format";

const columns: Column<Failure>[] = [
  {
    key: "occurrences",
    title: "# Failures",
    value: (row) => row.occurrences,
    show: (row) => count(row.occurrences),
    isNumber: true,
    width: 100,
  },
  { key: "method", title: "Method", value: (row) => row.method, width: 84, isMinor: true },
  { key: "name", title: "Name", value: (row) => row.name, width: 220 },
  { key: "error", title: "Message", value: (row) => row.error },
  {
    key: "first_seen",
    title: "First seen",
    value: (row) => row.first_seen,
    show: (row) => moment(row.first_seen),
    width: 186,
    isMinor: true,
  },
  {
    key: "last_seen",
    title: "Last seen",
    value: (row) => row.last_seen,
    show: (row) => moment(row.last_seen),
    width: 186,
    isMinor: true,
  },
];

export function Failures({ rows }: { rows: Failure[] }) {
  const [open, setOpen] = useState<Failure | null>(null);
  return (
    <>
      <DataTable
        label="Failures"
        columns={columns}
        rows={rows}
        rowKey={(row) => `${row.method}\0${row.name}\0${row.error}`}
        orderedBy="name"
        empty="No request has failed."
        onOpen={setOpen}
        openTitle="Show the whole message"
      />
      {open && (
        <Dialog title={`${open.method} ${open.name}`} wide onClose={() => setOpen(null)}>
          <p>
            {count(open.occurrences)} times, first {moment(open.first_seen)}, last {moment(open.last_seen)}
          </p>
          <pre class="traceback" tabIndex={0}>
            {open.error}
          </pre>
          <CopyButton text={open.error} />
        </Dialog>
      )}
    </>
  );
}
