"""Scenarios written in C++ beside those in Python: compiled, loaded, and run by the same runner."""
