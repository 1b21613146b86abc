"""Where buyers and planners will work (suppliers, planning, logistics). Its apps come with the factory."""
