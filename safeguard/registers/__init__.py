"""Population registers, such as a school census or a health index, taken in from files."""
