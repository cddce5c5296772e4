"""How pages look and answer: base template, tokens, components, refusals, the map.

Nothing here knows what the house is about: no rows, no roles, no rules. A room's page
extends ``web/base.html``, uses the components of ``static/web/components/`` and answers
through ``http.py``.
"""
