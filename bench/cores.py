"""Which core does what: the generator has core 0, the target the last one."""

import os

CORES = sorted(os.sched_getaffinity(0))
GENERATOR_CORE, TARGET_CORE = CORES[0], CORES[-1]
