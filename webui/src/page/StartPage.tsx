import { live } from "../data/store";
import { Logs } from "../tabs/Logs";
import { TestForm } from "./TestForm";

export function StartPage() {
  if (live.state.value === "missing")
    return (
      <section class="card start" role="alert">
        <h1>There is no runner</h1>
        <p>
          The environment of this server has no runner, so there is nothing to start. Is the program still
          starting?
        </p>
      </section>
    );
  return (
    <>
      <section class="card start">
        <h1>New load test</h1>
        <TestForm />
      </section>
      <details class="card start-logs">
        <summary>Log of the start</summary>
        <Logs />
      </details>
    </>
  );
}
