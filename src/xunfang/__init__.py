"""Xunfang (巡访): neighbourhood policing as one loop that people can check."""
