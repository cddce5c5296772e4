"""Text messages, chat and e-mail, brought by a gateway over one signed webhook.

Kannel, which cannot sign, hands text messages over with a key. Inside: `views > services >
reading`, `views > kannel > reading`, and `reading > mail`.
"""
