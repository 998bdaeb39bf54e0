//! Integers whose type the macro does not see.

/// An integer of any width.
pub trait Integer: Copy {
    /// See [`after`].
    #[doc(hidden)]
    fn __after(self, n: usize) -> Self;
}

macro_rules! integers {
    ($($t:ty)*) => {$(
        impl Integer for $t {
            #[inline(always)]
            fn __after(self, n: usize) -> $t { self.wrapping_add(n as $t) }
        }
    )*};
}
integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

/// The integer `n` after `start`, wrapping around.
#[inline(always)]
pub fn after<I: Integer>(start: I, n: usize) -> I {
    start.__after(n)
}
