"""Pages of suppliers and about them."""
