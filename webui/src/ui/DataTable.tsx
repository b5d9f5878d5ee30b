// A table that sorts, keeps its last row in sight and draws only the rows that can be seen.
import { signal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { nextOrder, sorted, visibleRange, type Cell, type Order } from "./sorting";

export interface Column<T> {
  key: string;
  title: string;
  value: (row: T) => Cell;
  show?: (row: T) => ComponentChildren;
  isNumber?: boolean;
  /** Width in px; without one the column takes what is left. */
  width?: number;
  /** Not on a phone. */
  isMinor?: boolean;
  /** What the row is called: stays in sight when a narrow table is scrolled sideways. */
  isHead?: boolean;
}

interface Props<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  /** The column that decides the order until a head is clicked. */
  orderedBy: string;
  last?: T | undefined;
  empty: string;
  onOpen?: (row: T) => void;
  openTitle?: string;
  rowClass?: (row: T) => string;
}

const rowHeight = 34;
const drawAllBelow = 80;
/** As in tables.css. */
const nameOnPhone = 110;
/** So many characters may not fit. */
const longNumber = 10;

const isPrinting = signal(false);
addEventListener("beforeprint", () => (isPrinting.value = true));
addEventListener("afterprint", () => (isPrinting.value = false));

export function DataTable<T>(props: Props<T>) {
  const [order, setOrder] = useState<Order | null>(null);
  const inOrder = useMemo(() => {
    const column = props.columns.find(({ key }) => key === (order?.column ?? props.orderedBy));
    return column ? sorted(props.rows, column.value, order?.isDescending ?? false) : props.rows;
  }, [props.rows, props.columns, props.orderedBy, order]);
  const view = useVisible(inOrder.length);

  return (
    <div
      class="table-frame"
      ref={view.frame}
      onScroll={view.onScroll}
      tabIndex={0}
      role="region"
      aria-label={props.label}
    >
      <table
        class="data"
        aria-label={props.label}
        aria-rowcount={inOrder.length + 1 + (props.last ? 1 : 0)}
        style={{
          "--width": `${minimumWidth(props.columns)}px`,
          "--phone-width": `${minimumWidth(forPhone(props.columns))}px`,
        }}
      >
        <colgroup>
          {props.columns.map((column) => (
            <col
              key={column.key}
              data-key={column.key}
              class={column.isMinor ? "minor" : ""}
              style={column.width ? { width: `${column.width}px` } : {}}
            />
          ))}
        </colgroup>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <Head
                key={column.key}
                column={column}
                order={order}
                onClick={() => setOrder(nextOrder(order, column.key))}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          <Space rows={view.first} />
          {inOrder.slice(view.first, view.end).map((row, index) => (
            <Line key={props.rowKey(row)} row={row} index={view.first + index + 2} {...props} />
          ))}
          <Space rows={inOrder.length - view.end} />
          {inOrder.length === 0 && (
            <tr class="nothing">
              <td colSpan={props.columns.length}>{props.empty}</td>
            </tr>
          )}
        </tbody>
        {props.last && (
          <tfoot>
            <Line row={props.last} index={inOrder.length + 2} {...props} />
          </tfoot>
        )}
      </table>
    </div>
  );
}

function minimumWidth(columns: { width?: number }[]): number {
  return columns.reduce((sum, column) => sum + (column.width ?? 150), 0);
}

const forPhone = <T,>(columns: Column<T>[]): { width?: number }[] =>
  columns
    .filter(({ isMinor }) => !isMinor)
    .map((column) => (column.key === "name" && column.width ? { width: nameOnPhone } : column));

const classOf = <T,>({ isNumber, isMinor, isHead }: Column<T>): string =>
  [isNumber && "number", isMinor && "minor", isHead && "head"].filter(Boolean).join(" ");

function Head<T>({
  column,
  order,
  onClick,
}: {
  column: Column<T>;
  order: Order | null;
  onClick: () => void;
}) {
  const isChosen = order?.column === column.key;
  const direction = !isChosen ? "none" : order.isDescending ? "descending" : "ascending";
  return (
    <th scope="col" class={classOf(column)} aria-sort={direction}>
      <button type="button" onClick={onClick} title={`Sort by ${column.title}`}>
        {column.title}
        <span class="arrow" aria-hidden="true">
          {direction === "ascending" ? "▲" : direction === "descending" ? "▼" : ""}
        </span>
      </button>
    </th>
  );
}

type LineProps<T> = Props<T> & { row: T; index: number };

function Line<T>({ row, index, columns, onOpen, openTitle, rowClass, last }: LineProps<T>) {
  const canOpen = onOpen && row !== last;
  return (
    <tr aria-rowindex={index} class={rowClass?.(row) ?? ""}>
      {columns.map((column, place) => {
        const content = column.show ? column.show(row) : column.value(row);
        const text = typeof content === "string" ? content : undefined;
        const opens = canOpen && column.key === (columns.find(({ width }) => !width) ?? columns[place])?.key;
        return (
          <td
            key={column.key}
            class={classOf(column)}
            title={column.isNumber && (text?.length ?? 0) < longNumber ? undefined : text}
          >
            {opens ? (
              <button type="button" class="link" title={openTitle} onClick={() => onOpen(row)}>
                {content}
              </button>
            ) : (
              content
            )}
          </td>
        );
      })}
    </tr>
  );
}

/** One cell: a span over columns that a phone does not show would make room for them. */
function Space({ rows }: { rows: number }) {
  if (rows <= 0) return null;
  return (
    <tr class="space" aria-hidden="true">
      <td style={{ height: `${rows * rowHeight}px` }} />
    </tr>
  );
}

/** Which rows are in sight; all of a short table, and all on paper. */
function useVisible(total: number) {
  const frame = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(800);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setHeight(element.clientHeight));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const all = total <= drawAllBelow || isPrinting.value;
  const [first, end] = all ? [0, total] : visibleRange(top, height, rowHeight, total);
  return { frame, first, end, onScroll: () => setTop(frame.current?.scrollTop ?? 0) };
}
