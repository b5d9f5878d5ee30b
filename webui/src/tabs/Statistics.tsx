// Every request name with its figures; the sum of all stays in sight.
import { useMemo, useRef, useState } from "preact/hooks";
import type { Row } from "../data/model";
import { rows, live } from "../data/store";
import { DataTable } from "../ui/DataTable";
import { useClosing } from "../ui/closing";
import { count, counted } from "../ui/format";
import { Icon } from "../ui/icons";
import { filtered } from "../ui/sorting";
import { openTab } from "../page/route";
import { chosenEntry } from "./Charts";
import { allColumns, hiddenColumns } from "./columns";

export function Statistics() {
  const [filter, setFilter] = useState("");
  const shown = useMemo(
    () => filtered(rows.value, (row) => `${row.method} ${row.name}`, filter),
    [rows.value, filter],
  );
  const columns = allColumns.filter(({ key }) => !hiddenColumns.value.includes(key));
  const showChart = (row: Row) => {
    chosenEntry.value = { method: row.method, name: row.name };
    openTab("charts");
  };
  return (
    <>
      <div class="toolbar">
        <input
          type="search"
          placeholder="Filter by name or method"
          aria-label="Filter by name or method"
          value={filter}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
        <span class="muted" role="status">
          {filter
            ? `${count(shown.length)} of ${counted(rows.value.length, "name")}`
            : counted(rows.value.length, "name")}
        </span>
        <ColumnChooser />
      </div>
      <DataTable
        label="Request statistics"
        columns={columns}
        rows={shown}
        rowKey={(row) => `${row.method}\0${row.name}`}
        orderedBy="name"
        last={live.total.value}
        empty={filter ? "No name fits the filter." : "No requests yet."}
        onOpen={showChart}
        openTitle="Show its chart"
      />
    </>
  );
}

function ColumnChooser() {
  const element = useRef<HTMLDetailsElement>(null);
  useClosing(element);
  const toggle = (key: string) => {
    const hidden = hiddenColumns.value;
    hiddenColumns.value = hidden.includes(key) ? hidden.filter((each) => each !== key) : [...hidden, key];
  };
  return (
    <details class="chooser" ref={element}>
      <summary class="button">
        <Icon name="columns" /> Columns
      </summary>
      <fieldset class="pop">
        <legend>Shown columns</legend>
        {allColumns
          .filter(({ key }) => key !== "name")
          .map(({ key, title }) => (
            <label class="tick" key={key}>
              <input
                type="checkbox"
                checked={!hiddenColumns.value.includes(key)}
                onInput={() => toggle(key)}
              />
              {title}
            </label>
          ))}
      </fieldset>
    </details>
  );
}
