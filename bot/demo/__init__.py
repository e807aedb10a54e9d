"""Shows. A stand-in for Telegram, two phones in a page, and a clock that can jump."""
