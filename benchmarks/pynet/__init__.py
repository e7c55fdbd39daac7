"""What PyNET-Bokeh costs, level by level, beside the original."""
