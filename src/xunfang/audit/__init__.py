"""The record: who did what, to which thing, and when.

Rows are only ever added, by ``services.record``, inside the transaction of the change
they record. The room knows nothing of roles: the page that shows the record is opened
one room higher, in ``accounts``.
"""
