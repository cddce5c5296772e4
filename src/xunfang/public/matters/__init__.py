"""What everybody may read of the matters that people have brought: words, answers, clocks.

`queries` says what that is, and nothing here begins elsewhere; `rows` puts a matter
together for a page, a file or a feed; `alike` finds matters by their words.
"""
