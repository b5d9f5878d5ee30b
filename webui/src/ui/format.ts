// Numbers and times as people read them.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const one = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const two = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export const count = (value: number): string => whole.format(value);

/** "1 name", "2 names". */
export const counted = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? "" : "s"}`;

/** Milliseconds: decimals only where they say something. */
export function ms(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return value >= 100 || Number.isInteger(value)
    ? whole.format(value)
    : value >= 10
      ? one.format(value)
      : two.format(value);
}

/** A percentile or an extreme: such are whole ms, so that 0 means "less than one". */
export const wholeMs = (value: number | null | undefined): string => (value === 0 ? "< 1" : ms(value));

/** For axes: as short as it can be. */
const short = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
export const axisNumber = (value: number): string => short.format(value);

export function rate(value: number): string {
  return value >= 1000 ? whole.format(value) : value >= 100 ? one.format(value) : two.format(value);
}

/** Never rounded to none or to all: 1 of 100,000 is not nothing, and not everything. */
export function percent(ratio: number): string {
  const value = ratio * 100;
  if (value === 0 || value === 100) return `${whole.format(value)} %`;
  if (value < 0.01) return "< 0.01 %";
  return value > 99.9 && value < 100 ? "> 99.9 %" : `${(value < 10 ? two : one).format(value)} %`;
}

export function bytes(value: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? whole.format(size) : two.format(size)} ${units[unit]}`;
}

/** "95 %" for 0.95, without the noise of binary fractions. */
export const percentileTitle = (p: number | string): string => `p${Number((Number(p) * 100).toFixed(6))}`;

const pad = (value: number) => String(value).padStart(2, "0");

/** 1:05 or 2:03:09. */
export function clock(seconds: number): string {
  const total = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** Local date and time of epoch seconds. */
export function moment(seconds: number | null | undefined): string {
  if (!seconds) return "–";
  const at = new Date(seconds * 1000);
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${timeOfDay(seconds)}`;
}

export function timeOfDay(seconds: number): string {
  const at = new Date(seconds * 1000);
  return `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
}

/** "my_arg" → "My arg". The name itself is what is sent. */
export function titleOf(name: string): string {
  const text = name.replaceAll("_", " ").trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
