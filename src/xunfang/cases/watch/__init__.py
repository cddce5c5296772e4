"""What is seen to by the clock: who is told that a case runs late, what is erased."""
