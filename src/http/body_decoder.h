#pragma once
#include <memory>
#include <string>
#include <string_view>
namespace acrida::http {
class BodyDecoder {
 public:
  bool feed(std::string_view bytes, std::string& out) { out.append(bytes); return true; }
  bool finish(std::string&) { return true; }
};
}
