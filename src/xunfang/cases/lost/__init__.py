"""Lost and found: things, matched by what is known of them, until their owner has them.

Of a document or card the first character of the name and the last four signs of the number
are kept. Its photo is blurred beyond reading before it is stored, and the public sees none.
"""
