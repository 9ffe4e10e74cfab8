"""The span-and-relation model: data, features, network, decoding, artifact."""
