"""The stand-in for Telegram, open for one test, with a clock that only the test moves."""
