#include "app/make_node.h"

#include <fmt/core.h>
#include <openssl/rand.h>

#include <array>
#include <utility>

namespace acrida::app {

std::string new_incarnation() {
  std::array<unsigned char, 16> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

namespace {

// Opens the store and gives the run in it, if there is one, to the machine.
cluster::ResumeStore::Rows keep(const std::shared_ptr<MasterNode>& node, const std::string& resume_file) {
  auto opened = cluster::ResumeStore::open(
      resume_file, [weak = std::weak_ptr(node)](std::uint64_t ticket, const std::string& problem) {
        if (const auto self = weak.lock()) self->on_saved(ticket, problem);
      });
  if (!opened) throw LinkError(opened.error(), false);
  cluster::ResumeStore::Rows rows = (*opened)->rows();
  node->keep_in(std::move(*opened));
  return rows;
}

}  // namespace

std::shared_ptr<MasterNode> make_master_node(boost::asio::io_context& loop, const std::string& host, int port,
                                             const std::string& resume_file, cluster::MasterSettings settings) {
  settings.incarnation = new_incarnation();
  settings.keeps_results = !resume_file.empty();
  // 50,000 users need some seconds to end. Whoever is gone is missing after three and not waited for.
  settings.quit_wait_beyond = base::from_seconds(60);
  const ZmqLink::Settings link{ZmqLink::Kind::Router, {}, settings.join_secret, settings.peer_limits.message_bytes};
  auto node = std::make_shared<MasterNode>(loop, link, std::move(settings));
  node->link().listen(host, port);
  cluster::ResumeStore::Rows rows;
  if (!resume_file.empty()) rows = keep(node, resume_file);
  node->start([rows = std::move(rows)](cluster::Master& master) {
    return rows.empty() ? cluster::MasterActions{} : master.resume(rows, this_moment());
  });
  return node;
}

std::shared_ptr<WorkerNode> make_worker_node(boost::asio::io_context& loop, const std::string& host, int port,
                                             cluster::WorkerSettings settings) {
  settings.incarnation = new_incarnation();
  settings.address = fmt::format("{}:{}", host, port);
  const ZmqLink::Settings link{ZmqLink::Kind::Dealer, settings.client_id, settings.join_secret,
                               settings.message_limits.bytes};
  auto node = std::make_shared<WorkerNode>(loop, link, std::move(settings));
  node->link().connect(host, port);
  return node;
}

}  // namespace acrida::app
