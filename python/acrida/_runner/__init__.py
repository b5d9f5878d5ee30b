"""The parts that runners are made of. Import from ``acrida.runners``."""
