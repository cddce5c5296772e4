"""What calls tell when many are read together: repeat places, how fast help came."""
