"""The entrance for the shell: ``xunfang plan | streets | calendar | demo | serve |
gateway``.

A command reads files and the clock, calls the rooms below, prints, and answers with an
exit code: 0 done, 1 refused or violations found, 2 not understood.
"""
