//! Hash tables whose hashes cost little: most keys are the numbers of values and places.

use std::hash::{BuildHasherDefault, Hasher};

/// See there.
pub type HashMap<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<Numbers>>;

/// See there.
pub type HashSet<T> = std::collections::HashSet<T, BuildHasherDefault<Numbers>>;

/// Multiplies by a number without a pattern, as `rustc-hash` does. Nobody sends it keys that collide on purpose.
#[derive(Clone, Copy, Debug, Default)]
pub struct Numbers(u64);

impl Numbers {
    fn add(&mut self, word: u64) {
        self.0 = self.0.wrapping_add(word).wrapping_mul(0xf135_7aea_2e62_a9c5);
    }
}

impl Hasher for Numbers {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.add(u64::from_le_bytes(word));
            self.0 = self.0.rotate_left(26);
        }
    }

    fn write_u8(&mut self, n: u8) {
        self.add(n.into());
    }

    fn write_u32(&mut self, n: u32) {
        self.add(n.into());
    }

    fn write_u64(&mut self, n: u64) {
        self.add(n);
    }

    fn write_usize(&mut self, n: usize) {
        self.add(n as u64);
    }

    // The tables look at the lowest bits, which multiplication mixes least.
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}
