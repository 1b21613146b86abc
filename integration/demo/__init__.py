"""The demo company and the demo story."""
