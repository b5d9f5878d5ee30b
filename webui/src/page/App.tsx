import { Component, type ComponentChildren } from "preact";
import { isActive, live } from "../data/store";
import { Figures } from "./Figures";
import { Notices } from "./Notices";
import { StartPage } from "./StartPage";
import { Tabs } from "./Tabs";
import { TopBar } from "./TopBar";
import { Footer } from "./Footer";

export function App() {
  const hasRun = isActive.value || live.state.value === "stopped";
  return (
    <Safe>
      <TopBar />
      <main id="main">
        <Notices />
        {hasRun ? (
          <>
            <h1 class="unseen">Load test {live.host.value && `of ${live.host.value}`}</h1>
            <Figures />
            <Tabs />
          </>
        ) : (
          <StartPage />
        )}
      </main>
      <Footer />
    </Safe>
  );
}

/** A mistake of ours in one part must not leave a white page while a test runs. */
class Safe extends Component<{ children: ComponentChildren }, { error?: Error }> {
  override componentDidCatch(error: Error) {
    this.setState({ error });
  }
  render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <main class="crash">
        <h1>The page has stumbled</h1>
        <p>The test goes on. Reload the page; if it happens again, please report this text:</p>
        <pre class="traceback">{error.stack ?? error.message}</pre>
        <button type="button" onClick={() => location.reload()}>
          Reload
        </button>
      </main>
    );
  }
}
