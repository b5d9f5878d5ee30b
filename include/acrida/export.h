#pragma once

// What a scenario uses from the program that runs it.
#define ACRIDA_API __attribute__((visibility("default")))
