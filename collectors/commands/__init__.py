"""The commands of `relaywatch`, a module a subject; collectors/cli.py lists them."""
