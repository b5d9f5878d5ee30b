"""What travels from a master to workers that have no locustfile of their own (``-f -``)."""
