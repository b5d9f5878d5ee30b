#pragma once

#include <boost/asio/io_context.hpp>

namespace acrida::python {

// The control thread's loop. The first call in a process starts the thread and has it joined at exit, before the
// interpreter takes its modules apart. With the GIL.
boost::asio::io_context& control_loop();

}  // namespace acrida::python
