//! Random programs and their derivatives: simplified or not, they say the same.
