"""Pure judgement: values in, values out."""
