"""The patrol plan: what is wanted tonight, the plan made for it, and its proof.

Standing duties, campaigns, half-month rounds, reinforcements, plan layers and light
windows live here, and every plan that was made, with the problem it answered. What
really happened on the street is not here yet.

Each subject has a package. What a night is asked for is in ``wanted``, what planning
makes of it in ``plans``, how it looks in ``board`` and on paper in ``sheets``; what people
then do with it is in ``edits`` and ``publishing``.
"""
