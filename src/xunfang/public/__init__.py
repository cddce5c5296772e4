"""The entrance for residents: say something, follow it, read what became of all of it.

Nobody signs in here. What is shown of others comes from `matters.queries`, which begins
with what a person has let be shown; what somebody sees of their own word comes with the
code on their receipt (`follow`). Answering is done in `cases`, by those who owe it.

Inside: `say | follow > claims | figures > matters`, and `lost` for itself.
"""
