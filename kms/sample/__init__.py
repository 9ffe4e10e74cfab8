"""The sample catalogue: invented products with annotated texts, and the code that reads and checks them."""
