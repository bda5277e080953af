"""Facts with their source and revision date, and the loader that checks them."""
