"""The thread: the whole life of a sales order as one graph, read from the causation of events alone."""
