"""Who is on duty: units and their people, crews on shift, rosters, what they take along.

It knows who goes out with which crew tonight, who stands in, who is away, and whether
the law of rest holds. What the crew is sent to do is in ``patrols``. It keeps facts that
a roster needs and no judgement of anybody.

``people`` keeps who serves, ``roster`` who goes out tonight, ``gear`` what they take.
"""
