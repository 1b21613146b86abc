"""Where buyers and planners work: planning. Suppliers and logistics come with the factory."""
