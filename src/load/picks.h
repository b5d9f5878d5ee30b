#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace acrida::load {

// An endless, deterministic sequence of user classes in which every prefix is as close to the weights as can be: a
// greedy rule on the Kullback-Leibler divergence, equal to Locust's to the last bit. Weights of 0 or less never come.
//
// Owner   a Dispatcher.  Thread  any, one at a time.  Fails  next() is empty if no class has a weight.
class Picks {
 public:
  struct Weighted {
    std::size_t user_class;  // what next() answers
    std::string name;        // decides ties
    double weight;
  };
  Picks() = default;
  explicit Picks(const std::vector<Weighted>& classes);

  std::optional<std::size_t> next();

 private:
  struct Candidate {
    double score;  // weight * log2(mass / (mass + 1)), the smallest comes next
    double mass;   // weight + times picked + 1
    double weight;
    std::string name;
    std::size_t user_class;
    bool is_before(const Candidate& other) const;
  };
  std::vector<Candidate> candidates_;
};

}  // namespace acrida::load
