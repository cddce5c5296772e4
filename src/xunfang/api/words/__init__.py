"""Text messages, chat and e-mail, brought by a gateway over one signed webhook.

Inside: `views > services > reading`, and `reading > mail`.
"""
