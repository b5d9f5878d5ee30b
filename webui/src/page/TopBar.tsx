import { args, address } from "../data/args";
import { link } from "../data/connection";
import { isActive, live } from "../data/store";
import { Icon } from "../ui/icons";
import { Logo } from "../ui/Logo";
import { ThemeButton } from "../ui/ThemeButton";
import { isStopping, openDialog, reset, stop } from "./actions";
import { EditDialog } from "./EditDialog";
import { NewDialog } from "./NewDialog";
import { RunClock } from "./RunClock";

const words: Record<string, string> = {
  ready: "Ready",
  spawning: "Spawning",
  running: "Running",
  cleanup: "Stopping",
  stopping: "Stopping",
  stopped: "Stopped",
  missing: "No runner",
};

export function TopBar() {
  return (
    <header class="top">
      <a class="home" href={address("/")} aria-label="acrida, start page">
        <Logo />
        <span>acrida</span>
      </a>
      <Status />
      <div class="actions">
        <Buttons />
        <Viewers />
        <ThemeButton />
      </div>
      {openDialog.value === "edit" && <EditDialog onClose={() => (openDialog.value = null)} />}
      {openDialog.value === "new" && <NewDialog onClose={() => (openDialog.value = null)} />}
    </header>
  );
}

function Status() {
  const state = live.state.value;
  const profile = live.profile.value;
  return (
    <div class="status">
      <span class={`pill ${state}`} role="status" aria-label={`State: ${words[state] ?? state}`}>
        <i />
        {words[state] ?? state}
      </span>
      <RunClock />
      {live.host.value && (
        <span class="host" title={live.host.value}>
          {live.host.value}
        </span>
      )}
      {profile && <span class="tag">{profile}</span>}
      {state !== "ready" && live.run.value.shape && <span class="tag">shape {live.run.value.shape}</span>}
    </div>
  );
}

function Buttons() {
  const state = live.state.value;
  const isCut = link.value === "lost" || link.value === "signed-out";
  if (state === "ready" || state === "missing") return null;
  if (state === "stopped")
    return (
      <>
        <button type="button" class="primary" disabled={isCut} onClick={() => (openDialog.value = "new")}>
          <Icon name="play" /> New test
        </button>
        <ResetButton disabled={isCut} />
      </>
    );
  const isEnding = isStopping.value || state === "stopping" || state === "cleanup";
  return (
    <>
      <EditButton disabled={isCut || isEnding} />
      <button type="button" class="danger" disabled={isCut || isEnding} onClick={stop}>
        <Icon name="stop" /> {isEnding ? "Stopping…" : "Stop"}
      </button>
      <ResetButton disabled={isCut} />
    </>
  );
}

function EditButton({ disabled }: { disabled: boolean }) {
  const isShaped =
    Boolean(live.run.value.shape) && Boolean(args.hide_common_options || args.show_userclass_picker);
  return (
    <button
      type="button"
      disabled={disabled || isShaped}
      title={
        isShaped ? "The load shape decides how many users there are" : "Change the load without stopping"
      }
      onClick={() => (openDialog.value = "edit")}
    >
      <Icon name="pencil" /> Edit
    </button>
  );
}

function ResetButton({ disabled }: { disabled: boolean }) {
  return (
    <button type="button" disabled={disabled} title="Statistics begin anew" onClick={reset}>
      <Icon name="reset" /> Reset
    </button>
  );
}

function Viewers() {
  const others = live.viewers.value - 1;
  const text = others <= 0 ? "Only you watch" : others === 1 ? "1 other viewer" : `${others} other viewers`;
  return (
    <span
      class="viewers"
      title={text}
      aria-label={text}
      role="img"
      data-empty={!isActive.value && others <= 0}
    >
      <Icon name="people" /> {live.viewers.value}
    </span>
  );
}
