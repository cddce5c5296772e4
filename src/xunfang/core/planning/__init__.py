"""The patrol problem: state it, solve it, prove the plan, check it, explain it, vary it."""
