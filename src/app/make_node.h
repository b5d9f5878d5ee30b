#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "app/swarm_node.h"

// Nodes of a swarm with their links, ready to be followed. All throw LinkError with a sentence for people.
namespace acrida::app {

// A new life of a node: random hexadecimal text.
std::string new_incarnation();

// Listens, and goes on with the run in `resume_file` if there is one; empty: keeps nothing. Incarnation and what
// depends on the file are filled in here.
std::shared_ptr<MasterNode> make_master_node(boost::asio::io_context& loop, const std::string& host, int port,
                                             const std::string& resume_file, cluster::MasterSettings settings);
// Connects; WorkerNode::start() with Worker::begin() greets the master. Incarnation and address are filled in here.
std::shared_ptr<WorkerNode> make_worker_node(boost::asio::io_context& loop, const std::string& host, int port,
                                             cluster::WorkerSettings settings);

}  // namespace acrida::app
