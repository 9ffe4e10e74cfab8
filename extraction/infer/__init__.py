"""Inference: one interface, torch as the reference and ONNX Runtime on CPU."""
