#include "app/data_thread.h"

#include <utility>

#include "app/process_wide.h"

namespace acrida::app {

DataThread::DataThread() : service_(reactor_), thread_("acrida-data", [this] { reactor_.run(service_); }) {}

DataThread::~DataThread() { stop(); }

void DataThread::stop() {
  if (std::exchange(is_stopped_, true)) return;
  reactor_.stop();
  thread_.join();
  service_.shut_down();  // nobody else is on the loop any more
}

DataThread& data_thread() { return ProcessWide<DataThread>::get(); }

void stop_data_thread() { ProcessWide<DataThread>::stop(); }

}  // namespace acrida::app
