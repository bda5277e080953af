"""What is known and how it is kept: shapes, catalogue, judgement, clustering, store, export."""
