// One line chart. The zoom and the cursor are shared by all charts of the page.
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { ChartData, Line, Mark } from "./charts";
import { axisNumber, moment, timeOfDay } from "./format";
import { Icon } from "./icons";
import { colour, theme } from "./theme";

/** From–to in epoch seconds; null: everything. */
export const zoom = signal<[number, number] | null>(null);
const cursorKey = "acrida";
const chartHeight = 250;

interface Props {
  title: string;
  lines: Line[];
  data: ChartData;
  marks?: Mark[];
  show: (value: number) => string;
}

export function Chart(props: Props) {
  const { title, lines, data, show } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const marks = useRef<Mark[]>([]);
  marks.current = props.marks ?? [];
  const [cursor, setCursor] = useState<number | null>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const shape = lines.map(({ label }) => label).join("|");

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const made = new uPlot(optionsOf(lines, element.clientWidth, marks, setCursor), columns(data), element);
    lines.forEach((line, index) => made.setSeries(index + 1, { show: !hidden.has(line.label) }));
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: chartHeight }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
    };
  }, [shape, theme.value]);

  useEffect(() => {
    const made = plot.current;
    if (!made) return;
    made.batch(() => {
      made.setData(columns(data), false);
      made.setScale("x", scaleOf(data, zoom.value));
    });
  }, [data, zoom.value, theme.value, shape]);

  const toggle = (line: Line, index: number) => {
    const next = new Set(hidden);
    if (!next.delete(line.label)) next.add(line.label);
    setHidden(next);
    plot.current?.setSeries(index + 1, { show: !next.has(line.label) });
  };
  const at = cursor ?? data.times.length - 1;
  return (
    <figure class="chart" aria-label={title} data-marks={props.marks?.map((mark) => mark.text).join(", ")}>
      <figcaption>
        <h3>{title}</h3>
        <span class="chart-time">{data.times[at] ? moment(data.times[at]) : ""}</span>
        <button
          type="button"
          class="plain round"
          aria-label={`Save the chart "${title}" as a picture`}
          title="Save as PNG"
          onClick={() => plot.current && save(plot.current, title)}
        >
          <Icon name="download" />
        </button>
      </figcaption>
      <div class="legend">
        {lines.map((line, index) => (
          <button
            type="button"
            key={line.label}
            class="legend-item"
            aria-pressed={!hidden.has(line.label)}
            onClick={() => toggle(line, index)}
          >
            <i style={{ background: `var(--${line.colour})` }} />
            {line.label} <b>{text(data.values[index]?.[at], show, line.unit)}</b>
          </button>
        ))}
      </div>
      <div class="plot" ref={place} style={{ minHeight: `${chartHeight}px` }} aria-hidden="true" />
      {data.times.length === 0 && <p class="chart-empty">No data yet</p>}
    </figure>
  );
}

const text = (value: number | null | undefined, show: (value: number) => string, unit: string) =>
  value === null || value === undefined ? "–" : `${show(value)}${unit && ` ${unit}`}`;

const columns = (data: ChartData): uPlot.AlignedData => [data.times, ...data.values] as uPlot.AlignedData;

function scaleOf(data: ChartData, chosen: [number, number] | null): { min: number; max: number } {
  const first = data.times[0] ?? Date.now() / 1000 - 60;
  const last = data.times.at(-1) ?? first + 60;
  const [min, max] = chosen ?? [first, last];
  return max - min < 10 ? { min: max - 10, max } : { min, max };
}

function optionsOf(
  lines: Line[],
  width: number,
  marks: { current: Mark[] },
  onCursor: (index: number | null) => void,
): uPlot.Options {
  const axis = {
    stroke: colour("muted"),
    grid: { stroke: colour("grid"), width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height: chartHeight,
    legend: { show: false },
    padding: [12, 30, 0, 0],
    cursor: { sync: { key: cursorKey }, points: { size: 7 }, drag: { x: true, y: false, setScale: false } },
    scales: { y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.08 : 1] } },
    axes: [
      {
        ...axis,
        space: 80,
        size: 30,
        values: (_plot, times) => times.map((at) => (Number.isInteger(at) ? timeOfDay(at) : "")),
      },
      { ...axis, size: 62, values: (_plot, values) => values.map(axisNumber) },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        label: line.label,
        stroke: colour(line.colour),
        width: 2,
        points: { size: 5, filter: lonely },
      })),
    ],
    hooks: {
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
      setSelect: [
        (plot) => {
          const { left, width: wide } = plot.select;
          if (wide < 8) return;
          zoom.value = [plot.posToVal(left, "x"), plot.posToVal(left + wide, "x")];
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      draw: [(plot) => drawMarks(plot, marks.current)],
    },
  };
}

/** Dots only for values without neighbours, which no line would show. */
const lonely: uPlot.Series.Points.Filter = (plot, series) => {
  const values = plot.data[series] ?? [];
  const found: number[] = [];
  for (let i = 0; i < values.length; ++i)
    if (values[i] != null && values[i - 1] == null && values[i + 1] == null) found.push(i);
  return found;
};

function drawMarks(plot: uPlot, marks: Mark[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour("muted");
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const mark of marks) {
    const x = Math.round(plot.valToPos(mark.at, "x", true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillText(mark.text, x + 4 * devicePixelRatio, bbox.top + 11 * devicePixelRatio);
  }
  ctx.restore();
}

function save(plot: uPlot, title: string): void {
  const sheet = document.createElement("canvas");
  const { canvas } = plot.ctx;
  sheet.width = canvas.width;
  sheet.height = canvas.height;
  const pen = sheet.getContext("2d");
  if (!pen) return;
  pen.fillStyle = colour("surface");
  pen.fillRect(0, 0, sheet.width, sheet.height);
  pen.drawImage(canvas, 0, 0);
  const anchor = document.createElement("a");
  anchor.href = sheet.toDataURL("image/png");
  anchor.download = `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.png`;
  anchor.click();
}
