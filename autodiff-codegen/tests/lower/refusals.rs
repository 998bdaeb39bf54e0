//! What is refused, and as what.
