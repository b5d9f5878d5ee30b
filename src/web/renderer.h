#pragma once

#include <atomic>
#include <mutex>
#include <string>

#include "web/assets.h"
#include "web/http.h"
#include "web/live_stats.h"
#include "web/route.h"
#include "web/run_view.h"

namespace acrida::web {

struct PageOptions {
  std::string base_path;  // "" or "/lo"
  std::string own_build_folder, package_folder;
  std::string version, acrida_version;  // Locust's that we follow, and ours
  bool has_login = false;
  std::span<const PackedFile> packed_files = {};  // not empty: instead of the package's folder
};

// The answers of all routes that only show something.
//
// Owner   the site.
// Thread  any: the loop's, and the hub's for views of Flask.
// Fails   never; what is not there is an answer that says so.
class Renderer {
 public:
  Renderer(PageOptions options, RunView& view, LiveStats& statistics);

  // `rule` is one that shows something and is not the stream of events.
  Answer render(const RouteRule& rule, const Request& request);
  // With `name` of the bundle, the data of the page in its place. `globals`: JavaScript that sets what the page reads.
  Answer page(std::string_view name, const std::string& globals, bool package_only = false);
  Json page_data();

  void set_last_form(Json form);
  void set_hub_lag(double seconds) { hub_lag_seconds_.store(seconds, std::memory_order_relaxed); }
  const PageOptions& options() const { return options_; }

 private:
  Answer index();
  Answer requests();
  Answer report(const Request& request);
  Answer csv(Route route);
  Answer full_history();
  Answer asset(const Request& request);
  Answer exceptions();
  Answer logs();
  Answer series(const Request& request);
  Answer health();

  const PageOptions options_;
  RunView& view_;
  LiveStats& statistics_;
  std::mutex mutex_;  // of what follows
  Assets assets_;
  Json last_form_ = Json::object();
  std::atomic<double> hub_lag_seconds_{0};
};

}  // namespace acrida::web
