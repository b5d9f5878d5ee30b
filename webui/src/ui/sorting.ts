// Which rows a table shows, in which order; pure.

export type Cell = number | string | null | undefined;
export interface Order {
  column: string;
  isDescending: boolean;
}

/** A click on a head: ascending, descending, back to the table's own order. */
export function nextOrder(order: Order | null, column: string): Order | null {
  if (order?.column !== column) return { column, isDescending: false };
  return order.isDescending ? null : { column, isDescending: true };
}

export function compare(a: Cell, b: Cell): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (a === null || a === undefined) return b === null || b === undefined ? 0 : -1;
  if (b === null || b === undefined) return 1;
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

export function sorted<T>(rows: T[], value: (row: T) => Cell, isDescending: boolean): T[] {
  const sign = isDescending ? -1 : 1;
  return [...rows].sort((a, b) => sign * compare(value(a), value(b)));
}

/** The rows in which each word of the filter occurs. */
export function filtered<T>(rows: T[], text: (row: T) => string, filter: string): T[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return rows;
  return rows.filter((row) => {
    const found = text(row).toLowerCase();
    return words.every((word) => found.includes(word));
  });
}

/** The rows of a list that can be seen, and a few more on both sides. */
export function visibleRange(
  top: number,
  height: number,
  rowHeight: number,
  total: number,
): [number, number] {
  const spare = 8;
  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const last = Math.min(total, Math.ceil((top + height) / rowHeight) + spare);
  return [Math.min(first, last), last];
}
