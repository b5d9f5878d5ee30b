#include "http/client.h"

#include "http/context.h"

namespace acrida::http {

void Client::take(Context& context, Operation& operation) {
  ++operations_;
  pool_for(context, operation).take(operation);
}

Pool& Client::pool_for(Context& context, const Operation& operation) {
  const Key key{operation.origin, operation.origin->is_tls ? operation.tls : nullptr};
  if (last_pool_ && key == last_key_) return *last_pool_;
  const auto place =
      pools_.try_emplace(key, context, settings_, *operation.origin, key.second).first;  // never moves again
  last_key_ = key;
  last_pool_ = &place->second;
  return *last_pool_;
}

void Client::on_operation_gone(Context& context) {
  if (--operations_ == 0 && is_closed_) context.closed_clients.push_back(this);
}

void Client::close_idle() {
  for (auto& [key, pool] : pools_) pool.close_idle();
}

void Client::close(Context& context) {
  is_closed_ = true;
  for (auto& [key, pool] : pools_) pool.end();
  if (operations_ == 0) context.closed_clients.push_back(this);
}

}  // namespace acrida::http
