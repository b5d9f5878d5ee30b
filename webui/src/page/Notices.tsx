// What a person must know now: a lost connection, a failed command, and what the server or the figures tell.
import type { ComponentChildren } from "preact";
import { address } from "../data/args";
import { link, lostAt } from "../data/connection";
import { errors, exceptions, live } from "../data/store";
import { Icon } from "../ui/icons";
import { timeOfDay } from "../ui/format";
import { trouble } from "./actions";
import { signOfTrouble } from "./signs";

const titles: Record<string, string> = {
  generator_overloaded: "The load generator is at its limit",
  worker_lost: "A worker is lost",
  no_user_classes: "There are no user classes",
  stopped_by_error: "The test was stopped by an error",
  host_missing: "No host is set",
  hub_busy: "Python is busy",
};
const severe = new Set(["stopped_by_error", "worker_lost", "no_user_classes"]);

export function Notices() {
  return (
    <div class="notices" aria-live="polite">
      <LinkNotice />
      {trouble.value && (
        <Notice severe title="That did not work" onClose={() => (trouble.value = null)}>
          {trouble.value}
        </Notice>
      )}
      {live.notices.value.map((notice) => (
        <Notice
          key={notice.kind + notice.text}
          severe={severe.has(notice.kind)}
          title={titles[notice.kind] ?? notice.kind}
        >
          {notice.text}
        </Notice>
      ))}
      <NothingWorks />
    </div>
  );
}

function LinkNotice() {
  if (link.value === "signed-out")
    return (
      <Notice severe title="You are logged out">
        What you see is no longer live. <a href={address("/login")}>Log in again</a>
      </Notice>
    );
  if (link.value !== "lost" || !lostAt.value) return null;
  return (
    <Notice severe title="Connection lost">
      The server has not answered since {timeOfDay(lostAt.value / 1000)}. What you see is of then; trying
      again…
    </Notice>
  );
}

function NothingWorks() {
  const sign = signOfTrouble({
    state: live.state.value,
    users: live.user_count.value,
    target: live.target_user_count.value,
    total: live.total.value,
    host: live.host.value,
    errors: errors.value,
    exceptions: exceptions.value,
  });
  return (
    sign && (
      <Notice severe title={sign.title}>
        {sign.text}
      </Notice>
    )
  );
}

function Notice(props: {
  severe?: boolean;
  title: string;
  onClose?: () => void;
  children: ComponentChildren;
}) {
  return (
    <div class={props.severe ? "notice severe" : "notice"} role={props.severe ? "alert" : "status"}>
      <Icon name="warning" />
      <p>
        <strong>{props.title}.</strong> {props.children}
      </p>
      {props.onClose && (
        <button type="button" class="plain round" aria-label="Dismiss" onClick={props.onClose}>
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
