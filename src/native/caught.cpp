#include "native/caught.h"

#include <cxxabi.h>

#include <cstdlib>
#include <exception>
#include <memory>

namespace acrida::native {

std::string type_name(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(abi::__cxa_demangle(type.name(), nullptr, nullptr, &status),
                                                         &std::free);
  return name ? name.get() : type.name();
}

std::string name_of_caught() {
  const std::type_info* const type = abi::__cxa_current_exception_type();
  return type ? type_name(*type) : "unknown type";
}

std::string caught(const std::function<void()>& call) {
  try {
    call();
    return {};
  } catch (const std::exception& error) {
    return type_name(typeid(error)) + ": " + error.what();
  } catch (...) {
    return name_of_caught() + ": not a std::exception";
  }
}

}  // namespace acrida::native
