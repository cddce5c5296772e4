"""A call that does not come through 110, entered by keyboard; is it known already?"""
