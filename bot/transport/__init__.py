"""Talks to Telegram. The only folder that knows Telegram exists."""
