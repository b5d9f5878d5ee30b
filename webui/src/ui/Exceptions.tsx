// Exceptions of tasks with their tracebacks, on the page and in the report.
import type { Exception } from "../data/model";
import { CopyButton } from "./CopyButton";
import { count } from "./format";

export function Exceptions({ list }: { list: Exception[] }) {
  if (!list.length) return <p class="nothing">No task has raised an exception.</p>;
  const byCount = [...list].sort((a, b) => b.count - a.count);
  return (
    <div class="exceptions">
      {byCount.map((exception, index) => (
        <details key={exception.traceback} open={index === 0}>
          <summary>
            <span class="badge bad">{count(exception.count)} ×</span>
            <code>{exception.msg || "(no message)"}</code>
            <span class="muted">{exception.nodes}</span>
          </summary>
          <pre class="traceback" tabIndex={0} aria-label={`Traceback of ${exception.msg}`}>
            {linesOf(exception.traceback.trimEnd())}
          </pre>
          <CopyButton text={exception.traceback} />
        </details>
      ))}
    </div>
  );
}

/** Places in files stand out from the code that ran there. */
function linesOf(traceback: string) {
  return traceback.split("\n").map((line, index) => (
    <span key={index} class={/^\s*File ".*", line \d+/.test(line) ? "tb-file" : "tb-code"}>
      {line}
      {"\n"}
    </span>
  ));
}
