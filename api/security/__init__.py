"""Who may ask what over HTTP: keys, shopper tokens, sign-in, rates, headers, and the doors that hold them together."""
