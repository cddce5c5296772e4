"""What templates of the room can say."""
