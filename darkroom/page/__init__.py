"""The page in the browser: click on what should be sharp.

`server` lists its addresses; `opening`, `depths` and `drawing` answer them. `scenes`
finds the depth of the `photos` that are open, `pictures` draws them as `settings` say,
`memory` keeps them, and room for both. `receiving`, `site` and `uploads` decide what is
let in, `keys` whom, at the `addresses` that others reach. `strokes` are the brush's;
`samples` (one a drawn `night`) and `presets` are to begin with. The page itself is in
`static/`; with a file of `networks` it draws by itself, through `litert_js`.
"""
