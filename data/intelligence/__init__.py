"""What the world says about relay spam: relevance and mentions, pure functions of text."""
