"""The steps of the command, in the order in which ``acrida.main`` takes them."""
