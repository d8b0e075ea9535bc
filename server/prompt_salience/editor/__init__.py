"""What an editor can ask about a prompt file: pure functions on a snapshot, in code points, without a protocol."""
