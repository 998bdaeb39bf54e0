//! Run-time half.
#![no_std]
