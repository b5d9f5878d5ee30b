// Shares of classes and tasks as a tree with bars.
import type { Ratios, TaskRatios } from "../data/model";

export function RatioTrees({ tasks }: { tasks: Partial<TaskRatios> }) {
  return (
    <div class="ratio-trees">
      <Tree title="Ratio per class" ratios={tasks.per_class ?? {}} />
      <Tree title="Total ratio" ratios={tasks.total ?? {}} />
    </div>
  );
}

function Tree({ title, ratios }: { title: string; ratios: Ratios }) {
  return (
    <section class="card">
      <h3>{title}</h3>
      {Object.keys(ratios).length ? <Branch ratios={ratios} /> : <p class="nothing">No users yet.</p>}
    </section>
  );
}

const percentOf = (ratio: number) => `${(ratio * 100).toFixed(1)} %`;

function Branch({ ratios }: { ratios: Ratios }) {
  return (
    <ul class="ratios">
      {Object.entries(ratios).map(([name, { ratio, tasks }]) => (
        <li key={name}>
          <div class="ratio">
            <span class="ratio-bar" style={{ width: `${Math.min(100, ratio * 100)}%` }} />
            <span class="ratio-name">{name}</span>
            <span class="ratio-value">{percentOf(ratio)}</span>
          </div>
          {tasks && Object.keys(tasks).length > 0 && <Branch ratios={tasks} />}
        </li>
      ))}
    </ul>
  );
}
