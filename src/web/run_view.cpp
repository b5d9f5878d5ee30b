#include "web/run_view.h"

#include <iterator>
#include <utility>

namespace acrida::web {

RunView::RunView() {
  for (Versioned& part : parts_) part.value = std::make_shared<const Json>(Json::object());
}

void RunView::put(Part part, Json value) {
  auto fresh = std::make_shared<const Json>(std::move(value));
  Versioned& place = parts_[static_cast<std::size_t>(part)];
  std::lock_guard lock(mutex_);
  if (*place.value == *fresh) return;
  place.value.swap(fresh);
  ++place.version;
}

RunView::Versioned RunView::versioned(Part part) const {
  std::lock_guard lock(mutex_);
  return parts_[static_cast<std::size_t>(part)];
}

void RunView::set_statistics(std::shared_ptr<stats::Shelf> shelf) {
  std::lock_guard lock(mutex_);
  shelf_.swap(shelf);
}

std::shared_ptr<stats::Shelf> RunView::statistics() const {
  std::lock_guard lock(mutex_);
  return shelf_;
}

void RunView::add_log_lines(std::vector<std::string> lines) {
  std::lock_guard lock(mutex_);
  lines_end_ += lines.size();
  std::move(lines.begin(), lines.end(), std::back_inserter(lines_));
  while (lines_.size() > kLogLines) lines_.pop_front();
}

RunView::LogTail RunView::log_lines_since(std::uint64_t number) const {
  std::lock_guard lock(mutex_);
  const std::uint64_t wanted = number < lines_end_ ? lines_end_ - number : 0;
  const auto count = static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(wanted, lines_.size()));
  return {{lines_.end() - count, lines_.end()}, lines_end_};
}

const Json& member_or_null(const Json& object, const char* name) {
  static const Json null;
  if (!object.is_object()) return null;
  const auto found = object.find(name);
  return found == object.end() ? null : *found;
}

}  // namespace acrida::web
