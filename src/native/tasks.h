#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <acrida/random.h>
#include <acrida/scenario.h>

// Rules about the tasks of a class or set. Pure.
namespace acrida::native {

// Makes the list to pick from, of nested sets, too; checks Markov chains. std::invalid_argument says what is wrong.
void finish(detail::TaskSetDefinition& set, const std::string& path = {});

using Tags = std::set<std::string>;
// Keeps the tasks that have one of `include` (all if it is empty) and none of `exclude`; nested sets as long as one of
// their tasks stays, Markov sets always.
void filter(detail::TaskSetDefinition& set, const Tags& include, const Tags& exclude);

// How often each task is picked from now on, by name; those that are not named are left out. Nested sets stay as they
// are.
void weigh(detail::TaskSetDefinition& set, const std::vector<std::pair<std::string, int>>& weights);

// The index of the next task; `at` is where the set is in its order, and belongs to its instance. There is one.
std::size_t pick(const detail::TaskSetDefinition& set, std::size_t& at, Random& random);
std::size_t pick(const std::vector<std::size_t>& picks, Random& random);

}  // namespace acrida::native
