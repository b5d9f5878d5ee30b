#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "wire/msgpack_reader.h"

// What travels between a master and a worker: docs/cluster-protocol.md. Bytes in, values out, and back; pure.
// Whatever a person's own code sent (custom messages, options, keys added to reports) stays MessagePack bytes in here:
// only Python knows what it means.
namespace acrida::cluster {

// Why bytes are not the message they claim to be, for the log.
struct Malformed {
  std::string what;
};
template <class T>
using Decoded = base::Result<T, Malformed>;

// A message taken apart: [type, data, node id]. Views into the bytes.
struct Envelope {
  std::string_view type;
  std::string_view data;  // MessagePack
  std::string_view node_id;
};
Decoded<Envelope> open_envelope(std::string_view bytes, const wire::MsgpackLimits& limits = {});
// The same for a report, without looking through its data, which is long: that ends where the sender's id begins, and
// whoever reads it checks that it ends there. Empty for other types, and where it is not as simple as that.
std::optional<Envelope> open_report(std::string_view bytes, std::string_view sender);
// `data`: MessagePack; empty means nil.
std::string make_message(std::string_view type, std::string_view data, std::string_view node_id);

inline constexpr std::string_view kNil{"\xc0", 1};

// Users by class, in the order in which they were told.
using ClassCounts = std::vector<std::pair<std::string, std::int64_t>>;
std::int64_t sum(const ClassCounts& counts);

// ---- base dialect

// client_ready: the version, -1 from Go and Java workers.
struct Greeting {
  enum class Kind { Version, Unchecked, TooOld } kind = Kind::Version;
  std::string version;
};
Decoded<Greeting> read_greeting(std::string_view data);

struct Heartbeat {
  std::string state;
  double cpu_percent = 0;
  std::int64_t memory_bytes = 0;
  // Only between acrida nodes.
  struct Extended {
    std::uint64_t run = 0;       // the test that the worker is in; 0: none
    std::uint64_t order = 0;     // the newest spawn order that it accepted
    std::int64_t counted = 0;    // requests that it counted since that test began
    double hub_lag_seconds = 0;  // how late its Python is
  };
  std::optional<Extended> extended;
};
Decoded<Heartbeat> read_heartbeat(std::string_view data);
std::string heartbeat_data(const Heartbeat& heartbeat);

struct SpawnOrder {
  double timestamp = 0;  // strictly growing for one worker; a float on the wire, as Go workers need it
  ClassCounts counts;    // the wanted state, not a difference
  std::optional<std::string> host;
  std::optional<double> stop_timeout;
  std::string parsed_options;  // MessagePack map; empty only in the extended dialect: as in the order before
  // Only between acrida nodes.
  std::string master;  // its incarnation: orders of a former life may come late
  std::uint64_t run = 0, order = 0;
  double spread_seconds = 0;  // start the batch's new users evenly over so long instead of all at once …
  double spread_offset = 0;   // … the first of them after this fraction (0…1) of the distance between two
};
Decoded<SpawnOrder> read_spawn(std::string_view data);
std::string spawn_data(const SpawnOrder& order, bool is_extended);

// spawning_complete from a worker. Go workers say `count`, or nothing.
Decoded<ClassCounts> read_spawning_complete(std::string_view data);
std::string spawning_complete_data(const ClassCounts& counts);
// spawning_complete from the master. Never with classes: Java workers would take them for an order.
std::string total_user_count_data(std::int64_t user_count);
Decoded<std::int64_t> read_total_user_count(std::string_view data);

struct TaskException {
  std::string message, traceback;
  std::int64_t count = 1;  // more than one: for those who speak the extended dialect only
};
Decoded<TaskException> read_exception(std::string_view data);
std::string exception_data(const TaskException& exception);

struct LogLines {
  std::string worker_id;
  std::vector<std::string> lines;
};
Decoded<LogLines> read_logs(std::string_view data);
std::string logs_data(const LogLines& logs);

// ---- handshake of the extended dialect: one more key in `ack`, one line of text so that no worker trips over it

struct Acknowledgement {
  std::int64_t index = -1;
  struct Extended {
    std::string master;     // this life of the master, hexadecimal
    std::string challenge;  // to be signed with the join secret
    bool needs_secret = false;
    bool keeps_results = false;  // a new master may go on with the run: worth waiting for
  };
  std::optional<Extended> extended;
};
Decoded<Acknowledgement> read_ack(std::string_view data);
std::string ack_data(const Acknowledgement& ack);

// acrida_join (worker), answered by acrida_welcome or acrida_refused.
struct Join {
  std::int64_t protocol = 1;
  std::string master;            // whose ack it answers: that one may be dead by now
  std::string incarnation;       // this life of the worker, hexadecimal
  std::string challenge;         // for the master to sign
  std::string proof;             // the master's challenge, signed
  std::uint64_t first_kept = 1;  // the oldest frame that has no receipt yet: all before it are with some master
  std::uint64_t run = 0;
  ClassCounts counts;    // users that are alive now: a master that starts anew takes them over
  std::string software;  // "acrida 0.1.0", to be shown
};
Decoded<Join> read_join(std::string_view data);
std::string join_data(const Join& join);

struct Welcome {
  std::string master;
  std::string proof;                  // the worker's challenge, signed
  std::uint64_t received_frames = 0;  // all up to this one are safe
};
Decoded<Welcome> read_welcome(std::string_view data);
std::string welcome_data(const Welcome& welcome);

std::string refusal_data(std::string_view reason);
std::string read_refusal(std::string_view data);

// The master's part of a heartbeat between acrida nodes: what the worker should be doing, so that any lost message is
// noticed within a second. `stop` and `spawning_complete` carry the same, so that a late one is known as late.
struct MasterBeat {
  std::string master;  // its incarnation
  std::string state;
  std::uint64_t run = 0;
  std::uint64_t completions = 0;  // ramps that were completed in this run
  std::int64_t user_count = 0;
};
Decoded<MasterBeat> read_master_beat(std::string_view data);
std::string master_beat_data(const MasterBeat& beat);

// A frame's receipt: all up to this one are safe; and the number of the last frame in a worker's quit.
std::string sequence_data(std::uint64_t sequence);
Decoded<std::uint64_t> read_sequence(std::string_view data);

}  // namespace acrida::cluster
