#include "http/tally.h"

#include "base/prefetch.h"

namespace acrida::http {

void Tally::count() {
  using stats::Recorder;
  for (const Sample& s : samples_) base::prefetch<128>(s.recorder);
  for (const Sample& s : samples_) s.recorder->expect(s.response_time, Recorder::Nearness::Soon);
  for (const Sample& s : samples_) s.recorder->expect(s.response_time, Recorder::Nearness::Next);
  for (const Sample& s : samples_) s.recorder->record(s.response_time, s.body_bytes, s.ended_since_epoch);
  samples_.clear();
}

}  // namespace acrida::http
