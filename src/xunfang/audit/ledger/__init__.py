"""The log that anybody can check: where it is kept, sealed, proven and verified.

Rooms above put salted commitments into it (`services.append`) and name the rows they are
about (`sources.register`); what those rows say is not known here. Every minute `sealing`
signs how far the log has come. `queries` prove that an entry is in it and that an older
log is its beginning, `verifying` goes over all of it, `witnessing` compares it with what
somebody outside has kept. `keys` holds the key. The tree itself is in `core.ledger`.
"""
