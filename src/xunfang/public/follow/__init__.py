"""What somebody sees of their own word with the code on its receipt, and can do about it.

Nobody has an account: the code is typed once, travels in the body of a request, and opens
an address that holds for an hour (`passes`).
"""
