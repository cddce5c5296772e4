"""Where things are: streets, patrol areas (巡区), grid cells (警格), key places,
schools, markets, and the calendar that belongs to them.

It holds places and what is known of them, never who lives there. Who patrols is in
``units``; when somebody goes there is in ``patrols``.

``register`` keeps key places, ``areas`` patrol areas, ``streets`` reads street files and
serves the base map, ``safety`` has school plans, police rooms, measures and ideas.
"""
