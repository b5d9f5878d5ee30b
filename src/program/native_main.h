#pragma once

namespace acrida::program {

// main() of every native program.
int native_main(int argc, char** argv);

}  // namespace acrida::program
