"""The page in the browser: click on what should be sharp.

`server` lists its addresses; `opening` and `drawing` answer them. `photos` keeps what
is open, `scenes` finds its depth, `pictures` draws it as `settings` say, with what was
painted by `strokes`. `limits` decides what is let in. The page itself is in `static/`;
with a file of `networks` it draws by itself, through `litert_js`.
"""
