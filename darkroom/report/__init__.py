"""The experiments' results as documents: Markdown, one HTML page, a LaTeX article.

Read in this order: `results` (what an experiment leaves), `prose` (what the report says
whatever came out), then the three forms of it, `markdown`, `page` and `latex`.
"""
