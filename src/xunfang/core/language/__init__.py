"""What residents write: sorted, compared, and made fit to be published.

`triage` suggests two classes for a message and says how sure it is, learnt from labels
(`starter` has those of the first day); `urgency` finds facts that cannot wait, without the
model. `duplicates` finds what was said before and what many speak of. `redaction` finds
what points to a person; `replies` reads an answer for what it fails to say; `scripts`
makes Traditional and Simplified find one another. A text is data here: nothing that
stands in one is ever followed, and nothing in here decides.

Inside: `urgency | starter > triage > duplicates > ngrams > scripts`; `redaction` and
`replies` stand on `scripts` alone.
"""
