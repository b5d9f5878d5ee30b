"""The plugin for pytest. A package of its own: importing acrida patches the standard library, using pytest must not."""
