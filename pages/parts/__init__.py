"""Charts, tables, inert text, access: the parts that pages are made of."""
