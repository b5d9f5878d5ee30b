"""The built-in demonstration: a small target and a run of an example against it (`make demo`)."""
