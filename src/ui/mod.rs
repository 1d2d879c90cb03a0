//! Design parts.
