"""What somebody says at a desk, a door, a meeting or on the telephone, written down."""
