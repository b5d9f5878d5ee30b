#include "program/native_main.h"

int main(int argc, char** argv) { return acrida::program::native_main(argc, argv); }
