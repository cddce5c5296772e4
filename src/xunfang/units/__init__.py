"""Who is on duty: stations (派出所), crews on shift, and what a crew must consist of.

It knows how many sworn officers and auxiliaries a crew has tonight. What the crew is
sent to do is in ``patrols``.
"""
