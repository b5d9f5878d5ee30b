#pragma once

#include <functional>
#include <string>
#include <typeinfo>

namespace acrida::native {

// What `call`, code of the scenario, has thrown, whatever that is: "std::runtime_error: no luck"; empty: nothing.
// For code outside of users.
std::string caught(const std::function<void()>& call);

// As it is written in the source.
std::string type_name(const std::type_info& type);
// Inside of a catch (...): of what is caught there.
std::string name_of_caught();

}  // namespace acrida::native
