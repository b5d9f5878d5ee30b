#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/prefetch.h"
#include "base/time.h"
#include "http/error.h"
#include "reactor/mailbox.h"
#include "stats/recorder.h"
#include "wire/response_head.h"

namespace acrida::http {

class Client;  // connections of one user; lives on the data thread, see service.h
class Connection;
class Pool;
struct Operation;
struct Origin;       // scheme, host, port; interned, see origin.h
struct TlsSettings;  // how to verify and present oneself; interned, see origin.h

// Who owns an operation right now, and who counts it. Leaving InFlight is one compare-and-swap: the winner counts.
enum class OperationState : std::uint8_t {
  Idle,       // with the caller: being filled, or answered and being read
  InFlight,   // with the data thread
  Completed,  // answered or failed; the data thread has counted it if `recorder` was set and it was a success
  Cancelled,  // the caller gave up; the data thread drops the connection and sends the operation back uncounted
};

using HeaderField = wire::HeaderField;

// What came back: head, header fields, status, reason(), find() … are wire::ResponseHead's. Buffers keep their
// capacity from one use of an operation to the next.
struct Answer : wire::ResponseHead {  // status 0: no answer, `error` says why
  Error error;                        // kind None when the exchange succeeded (whatever the status)
  std::string body;                   // content-decoded unless `keep_encoded` was asked for
  std::int64_t wire_body_bytes = 0;   // as received, before content decoding
};

// When things happened, on the monotonic clock. Instants that did not occur are the epoch (Instant{}).
struct Timings {
  base::Instant started_at;     // just before the first byte was written on a warm connection; before name look-up,
                                // connect and TLS when this request needed them; when it began to wait for a pool slot
  base::Instant ended_at;       // kernel receive time of the answer's last byte (of the head when `stream`)
  base::Instant first_byte_at;  // kernel receive time of the read that held the first byte
  base::Duration lookup{0}, connect{0}, tls{0};  // parts that this request paid for
  base::Duration own_delay{0};  // read time minus kernel receive time: the generator's, not the target's
  bool used_read_time = false;  // the kernel's stamp was absent or out of range
};

// Where an operation is on the data thread, which alone reads and writes this.
struct Place {
  enum class Stage : std::uint8_t {
    Away,     // nothing of it is here
    Waiting,  // for a connection of its pool
    Carried,  // by a connection that opens, sends, receives, or holds the rest of a streamed answer
    GivenUp,  // cancelled, nothing left to do: goes back as soon as the cancellation's letter has come
  };
  Stage stage = Stage::Away;
  bool wants_more = false;  // the letter that comes asks for the next piece (written before it is posted)
  Pool* pool = nullptr;
  Connection* connection = nullptr;
  base::Instant begun_at{};     // only where a total timeout is set
  Operation* before = nullptr;  // neighbours in the pool's queue
  Operation* after = nullptr;
};

// One request and its answer. Lives on the heap, reused through a free list; it is never referred to from a user's
// stack (see docs/traps). The caller fills it, submits it, and touches nothing until it comes back in the caller's
// mailbox — also after cancel(): every submitted operation comes back exactly once.
struct Operation {
  Operation() { to_service.content = cancel_letter.content = to_caller.content = this; }
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  reactor::Letter to_service;     // submission, later re-used for "more of the body, please"
  reactor::Letter cancel_letter;  // cancellation
  reactor::Letter to_caller;      // the way back

  std::atomic<OperationState> state{OperationState::Idle};

  // ---- the request: written by the caller before submit()
  Client* client = nullptr;
  const Origin* origin = nullptr;
  const TlsSettings* tls = nullptr;  // for https origins
  std::string head;                  // request line and headers, ends with the empty line
  const char* body = nullptr;        // borrowed until the operation is back
  std::size_t body_size = 0;
  bool is_head = false;                 // HEAD: the answer has no body whatever its headers say
  bool is_safe_to_resend = true;        // GET, HEAD, OPTIONS, PUT, DELETE: may be sent again once when a kept
                                        // connection turns out to be closed before any byte of the answer came
  bool close_after = false;             // the request carries Connection: close
  bool follows_redirects = false;       // 301/302/303/307/308 with Location are not counted: the caller goes on
  bool keep_encoded = false;            // leave Content-Encoding alone
  bool stream = false;                  // complete at the head; the body follows in pieces (Service::want_more)
                                        // and the request stays as it is until stream_ended
  std::uint16_t ok_statuses = 0;        // 0: below 400 is a success; 1: FastHttpUser's fixed set
  base::Duration connect_timeout{0};    // 0: none
  base::Duration idle_timeout{0};       // between bytes; 0: none
  base::Duration total_timeout{0};      // 0: none
  base::Duration prior{0};              // time of the redirects before this one, added to the recorded time
  base::Instant intended_start{};       // open model: count from here; epoch: not used
  stats::Recorder* recorder = nullptr;  // set: the data thread counts a success here; null: the caller counts

  // ---- the answer: written by the data thread, readable once the operation is back
  Answer answer;
  Timings timings;
  std::string peer;           // "host:port" spoken to, for error texts
  bool counted = false;       // the data thread has recorded it
  std::uint8_t resent = 0;    // how often it was sent again on a new connection
  bool stream_ended = false;  // stream only: no further piece will come

  // ---- the caller's own
  void* caller_data = nullptr;
  reactor::Mailbox* reply_to = nullptr;  // where it comes back ...
  void (*wake_caller)(void*) = nullptr;  // ... and how its owner is woken, called on the data thread with
  void* wake_argument = nullptr;         //     this argument, at most once per batch and only if it sleeps

  // ---- the data thread's own
  Place place;

  // It will be needed soon (base/prefetch.h); and then the buffers that it points to, when it is there.
  void expect() const { base::prefetch<sizeof(Operation)>(this); }
  void expect_sending() const { base::prefetch<128>(head.data()); }
  void expect_answer() const {
    base::prefetch<128>(answer.head.data());
    base::prefetch<64>(answer.fields.data());
    base::prefetch<64>(answer.body.data());
  }

  base::Duration response_time() const { return timings.ended_at - timings.started_at + prior; }
};

}  // namespace acrida::http
