//! What the lowered programs look like.
