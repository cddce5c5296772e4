"""How the house is put together: settings, addresses, the way in for a web server.

Nothing imports this room except the entrances. A rule, a page or a number never lives
here; a new room is made known here in three places: ``INSTALLED_APPS`` in
``settings.py``, its addresses in ``urls.py`` and, if people should find it, a line in
``navigation.py``.
"""
