#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "web/http.h"

namespace acrida::web {

// A file that is inside the program.
struct PackedFile {
  std::string_view name;  // "assets/app.js"
  std::string_view content;
};

// The page's files: a person's own build first, then the one that comes with the package, as files or packed.
//
// Owner   the renderer, which guards it with a lock.
// Thread  one at a time. Files are small and local: they are read when asked for, and again when they have changed.
// Fails   never: a file that is not there is nothing.
class Assets {
 public:
  // Folders with index.html and assets/; either may be empty.
  Assets(std::string own_folder, std::string package_folder, std::span<const PackedFile> packed = {});

  // "assets/app.js" as an answer with ETag, Last-Modified and, where the client takes it, gzip; 404 or 304 as they
  // apply.
  Answer serve(std::string_view name, const Request& request);
  // "index.html" as text; only `package_only` looks past the person's own build.
  std::optional<std::string> text(std::string_view name, bool package_only = false);

 private:
  struct File {
    std::string content, zipped, tag, modified;
    std::int64_t modified_ns = 0;
  };
  File* load(const std::string& path);
  File* unpack(std::string_view name);
  File* find(std::string_view name, bool package_only);

  const std::string own_folder_, package_folder_;
  const std::span<const PackedFile> packed_;
  std::map<std::string, File> files_;
};

// False for what would lead out of the folder.
bool is_safe_name(std::string_view name);

}  // namespace acrida::web
