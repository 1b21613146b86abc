"""Where salespeople work: the pipeline of opportunities and quotations, and the customer's page."""
