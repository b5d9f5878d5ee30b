#include "web/assets.h"

#include <fmt/core.h>
#include <sys/stat.h>
#include <zlib.h>

#include <array>
#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>
#include <utility>

#include "web/answers.h"

namespace acrida::web {

namespace {

constexpr std::array<std::pair<std::string_view, const char*>, 12> kTypes = {{
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".html", "text/html; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".txt", "text/plain; charset=utf-8"},
    {".woff2", "font/woff2"},
    {".woff", "font/woff"},
    {".webmanifest", "application/manifest+json"},
}};

const char* type_of(std::string_view name) {
  for (const auto& [ending, type] : kTypes)
    if (name.ends_with(ending)) return type;
  return "application/octet-stream";
}

// Images and fonts are compressed already.
bool is_worth_zipping(std::string_view type, std::size_t bytes) {
  return bytes > 500 && (type.starts_with("text/") || type.ends_with("json") || type == "image/svg+xml");
}

std::string zipped(const std::string& content) {
  z_stream stream{};
  constexpr int kGzip = 16 + MAX_WBITS;
  if (deflateInit2(&stream, 6, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool is_complete = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(is_complete ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

std::string http_date(std::time_t at) {
  std::tm utc{};
  gmtime_r(&at, &utc);
  char text[40];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return text;
}

}  // namespace

bool is_safe_name(std::string_view name) {
  if (name.empty() || name.find('\0') != name.npos || name.find('\\') != name.npos) return false;
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t end = std::min(name.find('/', at), name.size());
    if (end == at || name[at] == '.') return false;
    at = end + 1;
  }
  return true;
}

Assets::Assets(std::string own_folder, std::string package_folder, std::span<const PackedFile> packed)
    : own_folder_(std::move(own_folder)), package_folder_(std::move(package_folder)), packed_(packed) {}

Assets::File* Assets::load(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return nullptr;
  const std::int64_t modified_ns = found.st_mtim.tv_sec * 1'000'000'000LL + found.st_mtim.tv_nsec;
  File& file = files_[path];
  if (file.modified_ns == modified_ns && file.content.size() == static_cast<std::size_t>(found.st_size)) return &file;
  std::ifstream stream(path, std::ios::binary);
  file = {};
  file.content.assign(std::istreambuf_iterator<char>(stream), {});
  file.modified_ns = modified_ns;
  file.modified = http_date(found.st_mtim.tv_sec);
  file.tag = fmt::format("\"{:x}-{:x}\"", file.content.size(), modified_ns);
  return &file;
}

Assets::File* Assets::find(std::string_view name, bool package_only) {
  if (!is_safe_name(name)) return nullptr;
  if (!own_folder_.empty() && !package_only)
    if (File* file = load(fmt::format("{}/{}", own_folder_, name))) return file;
  return packed_.empty() ? load(fmt::format("{}/{}", package_folder_, name)) : unpack(name);
}

Assets::File* Assets::unpack(std::string_view name) {
  for (const PackedFile& packed : packed_) {
    if (packed.name != name) continue;
    File& file = files_[std::string(name)];
    if (!file.tag.empty()) return &file;
    file.content = packed.content;
    file.modified = http_date(std::time(nullptr));
    file.tag = fmt::format("\"{:x}-{:x}\"", file.content.size(), std::hash<std::string>()(file.content));
    return &file;
  }
  return nullptr;
}

std::optional<std::string> Assets::text(std::string_view name, bool package_only) {
  const File* file = find(name, package_only);
  return file ? std::optional(file->content) : std::nullopt;
}

Answer Assets::serve(std::string_view name, const Request& request) {
  File* file = find(name, false);
  if (!file) return error_page(404, "Not Found", "There is no such file.");
  Answer answer{200, type_of(name), {}, {}};
  answer.headers = {{"Cache-Control", "no-cache"}, {"Last-Modified", file->modified}, {"ETag", file->tag}};
  if (request.header("If-None-Match").find(file->tag) != std::string_view::npos) {
    answer.status = 304;
    return answer;
  }
  if (!is_worth_zipping(answer.content_type, file->content.size())) {
    answer.body = file->content;
    return answer;
  }
  answer.headers.push_back({"Vary", "Accept-Encoding"});
  if (request.header("Accept-Encoding").find("gzip") == std::string_view::npos) {
    answer.body = file->content;
    return answer;
  }
  if (file->zipped.empty()) file->zipped = zipped(file->content);
  answer.body = file->zipped.empty() ? file->content : file->zipped;
  if (!file->zipped.empty()) answer.headers.push_back({"Content-Encoding", "gzip"});
  return answer;
}

}  // namespace acrida::web
