"""The parts of :mod:`acrida.stats`, which is the name to import from."""
