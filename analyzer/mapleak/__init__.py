"""mapleak finds the ways Go maps leak memory."""

__version__ = "0.1.0"
