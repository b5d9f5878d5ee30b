// The worker's half of the extended dialect.
#include <fmt/core.h>

#include "cluster/worker.h"

namespace acrida::cluster {
namespace {

constexpr base::Duration kLookAgainAfter = base::from_seconds(1);
constexpr base::Duration kSaidAgain = base::from_seconds(30);
constexpr base::Duration kJoinAgain = base::from_seconds(1);

}  // namespace

void Worker::join(const Acknowledgement::Extended& offer, Moment now) {
  offer_ = offer;
  send_join(now);
}

void Worker::send_join(Moment now) {
  join_again_at_ = now.at + kJoinAgain;
  Join join;
  join.master = offer_->master;
  join.incarnation = settings_.incarnation;
  join.challenge = secret_.challenge_for(offer_->master);
  join.proof = secret_.sign("worker", offer_->challenge, settings_.client_id);
  join.first_kept = outbox_.is_empty() ? outbox_.next_sequence() : outbox_.frames().front().sequence;
  join.run = run_;
  join.counts = counts_;
  join.software = settings_.software;
  send("acrida_join", join_data(join));
}

void Worker::on_welcome(std::string_view data, Moment now) {
  const Decoded<Welcome> welcome = read_welcome(data);
  if (!welcome) return drop("malformed acrida_welcome", welcome.error().what);
  if (!offer_ || welcome->master != offer_->master) return;  // again, or late
  if (!secret_.is_signed(welcome->proof, "master", secret_.challenge_for(offer_->master), settings_.client_id)) {
    log(Level::Error, "The master does not know this worker's join secret. Give both sides the same --join-secret.");
    return end(1);
  }
  // Another life of the master: its clock and its numbers are others, too.
  if (offer_->master != master_) last_timestamp_ = 0, order_ = 0, stopped_run_ = 0;
  master_ = offer_->master;
  master_keeps_results_ = offer_->keeps_results;
  offer_.reset();
  join_again_at_.reset();
  is_extended_ = true;
  heard_at_ = now.at;
  has_stopped_for_silence_ = false;
  outbox_.acknowledged(welcome->received_frames, now.at);
  if (!is_connected_) return connected(now);
  next_report_ = now.at;
  resend_frames(now);
}

void Worker::on_refused(std::string_view data) {
  if (!offer_) return;
  log(Level::Error, fmt::format("The master refused this worker: {}", read_refusal(data)));
  end(1);
}

WorkerActions Worker::on_refused(bool is_certain, Moment now) {
  if (is_certain) return on_master_encrypts(now);  // ZeroMQ says it once and does not try again
  if (has_ended_ || now.at < look_again_at_) return take_actions();
  look_again_at_ = now.at + kLookAgainAfter;
  // Without a secret of ours it is nobody's secret: a port that is open and no master's yet.
  if (secret_.is_set() && !is_connected_) actions_.push_back(LookAtMaster{});
  return take_actions();
}

// One that is at work may be let in again when whoever started the wrong master has noticed.
WorkerActions Worker::on_master_encrypts(Moment now) {
  if (has_ended_ || now.at < refusal_said_until_) return take_actions();
  refusal_said_until_ = now.at + kSaidAgain;
  log(Level::Error, kNotTheSameSecret);
  if (!is_connected_) end(1);
  return take_actions();
}

// The master has never heard of us (it is a new one) or had given us up.
void Worker::on_rejoin(Moment now) {
  if (ending_ == Ending::Quit || now.at - *greeted_again_at_ < kJoinAgain) return;
  say_ready(now);
}

void Worker::on_frame_receipt(std::string_view data, Moment now) {
  const Decoded<std::uint64_t> sequence = read_sequence(data);
  if (!sequence) return drop("malformed acrida_receipt", sequence.error().what);
  outbox_.acknowledged(*sequence, now.at);
  finish(now);
}

void Worker::resend_frames(Moment now) {
  for (const Outbox::Frame& frame : outbox_.frames()) actions_.push_back(Send{{}, frame.message});
  outbox_.sent_again(now.at);
}

// What the master believes, once a second: a stop or a completion that got lost is made up for.
void Worker::on_master_beat(const MasterBeat& beat) {
  if (beat.master != master_) return;  // late, from a former life
  const bool is_of_other_master = order_master_ != master_;
  if (is_of_other_master && beat.run == run_) order_master_ = master_;  // it goes on with the run
  const bool is_over = beat.state == text(RunState::Stopping) || beat.state == text(RunState::Stopped);
  const bool must_stop = beat.run == run_ ? is_over : beat.run < run_ && is_of_other_master;
  if (must_stop && reported_ != RunState::Ready) {
    stopped_run_ = run_;
    return begin_stop(Ending::Stop, {});
  }
  if (beat.run == run_ && beat.completions > seen_completions_ && reported_ != RunState::Ready) {
    seen_completions_ = beat.completions;
    actions_.push_back(SwarmComplete{beat.user_count});
  }
}

}  // namespace acrida::cluster
