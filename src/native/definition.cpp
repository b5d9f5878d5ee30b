#include <algorithm>
#include <stdexcept>

#include <acrida/scenario.h>
#include "native/tasks.h"

namespace acrida {

namespace detail {

TaskDefinition& TaskSetDefinition::add(std::string_view task) {
  TaskDefinition& added = tasks.emplace_back();
  added.name = task;
  return added;
}

std::size_t TaskSetDefinition::find_or_add(std::string_view task) {
  for (std::size_t i = 0; i < tasks.size(); ++i)
    if (tasks[i].name == task) return i;
  add(task);
  return tasks.size() - 1;
}

}  // namespace detail

Scenario& Scenario::add(std::unique_ptr<detail::UserDefinition> definition) {
  for (const auto& other : users_)
    if (other->name == definition->name)
      throw std::invalid_argument("Duplicate user class names: " + definition->name + " is given twice");
  native::finish(*definition);
  users_.push_back(std::move(definition));
  return *this;
}

}  // namespace acrida
