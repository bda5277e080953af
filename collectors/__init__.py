"""Evidence in: anything submitted, read into what a message says about itself. Depends only on `data`."""
