"""Signals, the flags they raise, and what people make of them."""
