#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "web/http.h"

// Who may talk to us; pure.
namespace acrida::web {

// Where we listen, as far as it decides which names we answer to.
struct Door {
  bool is_loopback_only = false;
  std::vector<std::string> names;  // further ones that are ours: --web-host, --web-host-display-name
};

// False for a foreign name in the Host header of a server that only this machine can reach: a page of the internet
// whose name was re-pointed to 127.0.0.1 (DNS rebinding) sends its own name.
bool is_host_welcome(std::string_view host_header, const Door& door);

// True if a browser says that another site's page sent this: such requests may read, never change anything.
bool comes_from_another_site(const Request& request);

}  // namespace acrida::web
