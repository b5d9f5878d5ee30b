"""The parts of :mod:`acrida.web`, which is the name to import from."""
