// A very small line without axes: where a figure comes from.
export function Spark({ values, colour }: { values: number[]; colour: string }) {
  const max = Math.max(...values, 1e-9);
  const step = 100 / Math.max(values.length - 1, 1);
  const points = values.map(
    (value, index) => `${(index * step).toFixed(1)},${(27 - (value / max) * 24).toFixed(1)}`,
  );
  return (
    <svg class="spark" viewBox="0 0 100 28" preserveAspectRatio="none" aria-hidden="true">
      {values.length > 1 && <polyline points={points.join(" ")} style={{ stroke: `var(--${colour})` }} />}
    </svg>
  );
}
