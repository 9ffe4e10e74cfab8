"""Access control over HTTP: keys, shopper tokens, sign-in, rate limits and security headers."""
